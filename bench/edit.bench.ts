/**
 * Time from an edit to new results, against tree-sitter's own incremental re-parse of the same file in the same run;
 * and opening a file, against a full parse. Prints a Markdown table of ratios.
 */
import { readFileSync } from 'node:fs';
import { Edit, Language, Parser, type Tree } from 'web-tree-sitter';
import { type LanguageId, defaultConfiguration } from '../src/core/model.js';
import { createEngine } from '../src/createEngine.js';

const wasm = (file: string): Buffer => readFileSync(file === 'web-tree-sitter.wasm' ? `${process.cwd()}/node_modules/web-tree-sitter/${file}` : `${process.cwd()}/node_modules/@vscode/tree-sitter-wasm/wasm/${file}`);

const today = '2026-11-23';

/** A service module: plain functions, and one SDK call in every hundred lines. */
function python(lines: number): string {
  const out = ['import os', 'from openai import OpenAI', '', 'client = OpenAI()', 'SYSTEM = "You are a helpful assistant."', ''];
  for (let index = 0; out.length < lines; index++) {
    out.push(`def step_${index}(order, customer, retries=3):`, `    """Step ${index} of the order flow."""`, '    total = 0', '    for line in order.lines:',
      '        total += line.price * line.quantity', `    if total > ${index}:`, '        customer.notify(f"Order {order.id} is {total}")', '    return {"total": total, "retries": retries}', '');
    if (index % 11 === 0) {
      out.push(`def ask_${index}(question):`, '    return client.chat.completions.create(', '        model="gpt-4o-mini",',
        '        messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": f"Answer: {question}"}],', '    )', '');
    }
  }
  return `${out.join('\n')}\n`;
}

function typescript(lines: number): string {
  const out = ["import OpenAI from 'openai';", '', 'const client = new OpenAI();', "const SYSTEM = 'You are a helpful assistant.';", ''];
  for (let index = 0; out.length < lines; index++) {
    out.push(`export function step${index}(order: Order, customer: Customer, retries = 3) {`, '  let total = 0;', '  for (const line of order.lines) {', '    total += line.price * line.quantity;', '  }',
      `  if (total > ${index}) customer.notify(\`Order \${order.id} is \${total}\`);`, '  return { total, retries };', '}', '');
    if (index % 11 === 0) {
      out.push(`export async function ask${index}(question: string) {`, '  return client.chat.completions.create({', "    model: 'gpt-4o-mini',",
        "    messages: [{ role: 'system', content: SYSTEM }, { role: 'user', content: `Answer: ${question}` }],", '  });', '}', '');
    }
  }
  return `${out.join('\n')}\n`;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

async function main(): Promise<void> {
  await Parser.init({ wasmBinary: wasm('web-tree-sitter.wasm') });
  const engine = createEngine({ loadWasm: async (file) => wasm(file), loadVocabulary: async (file) => readFileSync(`${process.cwd()}/src/tokenizers/vocabularies/${file}`), now: () => performance.now() });
  const rows: string[] = [];
  for (const [language, make, grammar] of [['python', python, 'tree-sitter-python.wasm'], ['typescript', typescript, 'tree-sitter-typescript.wasm']] as const) {
    await engine.prepare(language as LanguageId);
    const parser = new Parser();
    parser.setLanguage(await Language.load(wasm(grammar)));
    for (const lines of [100, 1000, 10000]) {
      const original = make(lines);
      const at = original.indexOf('Answer: ') + 'Answer: '.length;
      const row = original.slice(0, at).split('\n').length - 1;
      const column = at - original.lastIndexOf('\n', at - 1) - 1;

      const parseTimes: number[] = [];
      const openTimes: number[] = [];
      for (let round = 0; round < 5; round++) {
        let start = performance.now();
        parser.parse(original)!.delete();
        parseTimes.push(performance.now() - start);
        start = performance.now();
        const session = engine.open(language as LanguageId, original);
        session.analyze(defaultConfiguration, today);
        openTimes.push(performance.now() - start);
        session.dispose();
      }

      const floor: number[] = [];
      let tree: Tree = parser.parse(original)!;
      let text = original;
      for (let round = 0; round < 30; round++) {
        text = text.slice(0, at) + 'x' + text.slice(at);
        const start = performance.now();
        tree.edit(new Edit({ startIndex: at, oldEndIndex: at, newEndIndex: at + 1, startPosition: { row, column }, oldEndPosition: { row, column }, newEndPosition: { row, column: column + 1 } }));
        const next = parser.parse(text, tree)!;
        floor.push(performance.now() - start);
        tree.delete();
        tree = next;
      }
      tree.delete();

      const ours: number[] = [];
      const session = engine.open(language as LanguageId, original);
      session.analyze(defaultConfiguration, today);
      text = original;
      for (let round = 0; round < 30; round++) {
        text = text.slice(0, at) + 'x' + text.slice(at);
        const start = performance.now();
        session.update(text, [{ range: { start: at, end: at }, newText: 'x' }]);
        session.analyze(defaultConfiguration, today);
        ours.push(performance.now() - start);
      }
      const calls = session.analyze(defaultConfiguration, today).calls.length;
      session.dispose();
      rows.push(`| ${language} | ${lines.toLocaleString('en')} | ${calls} | ${median(floor).toFixed(2)} | ${median(ours).toFixed(2)} | ${(median(ours) / median(floor)).toFixed(1)}× | ${median(parseTimes).toFixed(1)} | ${median(openTimes).toFixed(1)} | ${(median(openTimes) / median(parseTimes)).toFixed(1)}× |`);
    }
  }
  console.log('| language | lines | calls | re-parse ms | edit → results ms | ratio | full parse ms | open ms | ratio |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const row of rows) console.log(row);
}

await main();
