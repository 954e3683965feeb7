/** How badly a text parses: error and missing nodes of its grammar. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';
import type { LanguageId } from '../../../src/core/model.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files: Readonly<Partial<Record<LanguageId, string>>> = { python: 'python', javascript: 'javascript', javascriptreact: 'javascript', typescript: 'typescript', typescriptreact: 'tsx', go: 'go', java: 'java', csharp: 'c-sharp', shellscript: 'bash' };
const parsers = new Map<string, Promise<Parser>>();
let runtime: Promise<void> | null = null;

async function load(name: string): Promise<Parser> {
  runtime ??= readFile(`${root}node_modules/web-tree-sitter/web-tree-sitter.wasm`).then((wasmBinary) => Parser.init({ wasmBinary }));
  await runtime;
  const parser = new Parser();
  parser.setLanguage(await Language.load(await readFile(`${root}node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`)));
  return parser;
}

/** Number of error and missing nodes. */
export async function parseErrors(language: LanguageId, text: string): Promise<number> {
  const name = files[language]!;
  let parser = parsers.get(name);
  if (!parser) parsers.set(name, parser = load(name));
  const tree = (await parser).parse(text)!;
  let count = 0;
  const visit = (node: Node): void => {
    if (node.isError || node.isMissing) count++;
    if (!node.hasError) return;
    for (const child of node.children) if (child) visit(child);
  };
  visit(tree.rootNode);
  tree.delete();
  return count;
}
