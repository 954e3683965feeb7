/** Comment-preserving changes of YAML text. No editor needed. */
import { isMap, parseDocument } from 'yaml';

/** The text with each value set at its path; null when the text is not valid YAML or has something else in the way. */
export function setInYaml(text: string, changes: readonly { readonly path: readonly string[]; readonly value: unknown }[]): string | null {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) return null;
  if (document.contents === null) Object.assign(document, { contents: document.createNode({}) });
  if (!isMap(document.contents)) return null;
  document.contents.flow = false;
  try {
    for (const { path, value } of changes) {
      for (let depth = 1; depth < path.length; depth++) {
        const parent = path.slice(0, depth);
        if (document.getIn(parent) === null || document.getIn(parent) === undefined) document.setIn(parent, document.createNode({}));
      }
      const node = document.createNode(value);
      if (isMap(node)) node.flow = true;
      const scalar = document.getIn(path, true);
      if (!isMap(node) && scalar && typeof scalar === 'object' && 'value' in scalar) scalar.value = value;
      else document.setIn(path, node);
    }
    const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
    const flowCollectionPadding = !/[[{][^\s\]}]/.test(text);
    return document.toString({ lineWidth: 0, flowCollectionPadding }).replace(/\r?\n/g, lineBreak);
  } catch {
    return null;
  }
}
