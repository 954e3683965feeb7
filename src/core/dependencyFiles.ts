/** What a switch proposes for the files that list packages and variables. */
import type { PackageChange } from './engine.js';
import type { TextEdit } from './model.js';

/** Names of files that may have to change, looked for next to the code and above it. */
export const dependencyFileNames = ['.env.example', '.env.sample', 'requirements.txt', 'pyproject.toml', 'package.json'] as const;

/** Edits of one such file; none when it says what it has to say already, or is written in a way that is not understood. */
export function dependencyEdits(name: string, text: string, packages: readonly PackageChange[], variables: readonly string[]): readonly TextEdit[] {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const added = (ecosystem: PackageChange['ecosystem']): readonly PackageChange[] => packages.filter((each) => each.change === 'added' && each.ecosystem === ecosystem);
  const appended = (lines: readonly string[]): readonly TextEdit[] => (lines.length === 0 ? [] : [{ range: { start: text.length, end: text.length }, newText: `${text === '' || text.endsWith('\n') ? '' : lineBreak}${lines.join(lineBreak)}${lineBreak}` }]);
  switch (name) {
    case '.env.example': case '.env.sample':
      return appended(variables.filter((variable) => !new RegExp(`^\\s*(?:export\\s+)?#?\\s*${variable}\\s*=`, 'm').test(text)).map((variable) => `${variable}=`));
    case 'requirements.txt':
      return appended(added('python').filter((each) => !mentions(text, each.name)).map((each) => each.name + each.version));
    case 'pyproject.toml': {
      const missing = added('python').filter((each) => !mentions(text, each.name));
      const list = /^dependencies\s*=\s*\[/m.exec(text);
      if (missing.length === 0 || !list) return [];
      const at = list.index + list[0].length;
      const line = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(at, at + 200));
      const entries = missing.map((each) => `"${each.name}${each.version}"`);
      const isEmpty = /^\s*\]/.test(text.slice(at, at + 200));
      return [{ range: { start: at, end: at }, newText: line && !isEmpty ? entries.map((each) => `${lineBreak}${line[1]}${each},`).join('') : `${entries.join(', ')}${isEmpty ? '' : ', '}` }];
    }
    case 'package.json': {
      const missing = added('javascript').filter((each) => !new RegExp(`"${escaped(each.name)}"\\s*:`).test(text));
      const block = /"dependencies"\s*:\s*\{(\s*)/.exec(text);
      if (missing.length === 0) return [];
      const entries = missing.map((each) => `"${each.name}": "${each.version}"`);
      if (block) {
        const at = block.index + block[0].length;
        const isEmpty = text[at] === '}';
        return [{ range: { start: at, end: at }, newText: isEmpty ? entries.join(', ') : entries.map((each) => `${each},${block[1] || ' '}`).join('') }];
      }
      const open = /^\s*\{(\s*)/.exec(text);
      if (!open) return [];
      const gap = open[1] || ' ';
      return [{ range: { start: open[0].length, end: open[0].length }, newText: `"dependencies": { ${entries.join(', ')} },${gap}` }];
    }
    default: return [];
  }
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** A requirement by this name, whatever its version. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`(?:^|["'\\s])${escaped(name).replace(/[-_]/g, '[-_.]')}(?=$|["'\\s\\[<>=!~;,])`, 'im').test(text);
}
