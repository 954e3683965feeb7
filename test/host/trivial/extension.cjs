const vscode = require('vscode');

exports.activate = ({ subscriptions }) => {
  subscriptions.push(vscode.languages.registerHoverProvider('python', {
    provideHover(document, position) {
      const range = document.getWordRangeAtPosition(position, /fare/);
      return range && new vscode.Hover(`one trivial fare in ${typeof process }`, range);
    },
  }));
};
