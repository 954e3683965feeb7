/**
 * What findings cost after an edit: the same edits analysed with every finding and a policy of every kind, against the
 * same engine with all of them off, in one run. The difference is what the rules take; the rest is parsing, reading,
 * counting and pricing. Prints Markdown.
 */
import { readFile } from 'node:fs/promises';
import { findingGroups } from '../src/core/findingCodes.js';
import { type Configuration, type LanguageId, defaultConfiguration } from '../src/core/model.js';
import { createEngine } from '../src/createEngine.js';

const root = `${process.cwd()}/`;
const today = '2026-11-23';
const rounds = 40;
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const strict: Configuration = {
  ...defaultConfiguration, deploymentZone: 'EU',
  policy: {
    allowedZones: ['EU'], forbiddenZones: ['CN'], allowedProviders: [], forbiddenProviders: ['deepseek'], forbiddenModelOrigins: ['CN'], maximumRetentionDays: 7, training: 'forbidden', allowedGateways: [], certainty: 'certain',
    dataClasses: { personal: { allowedZones: ['EU'] } }, routes: [{ traffic: 'china', providers: ['alibaba-dashscope'] }],
  },
  severities: { 'usage-unread': 'info', 'no-request-id': 'info', 'currency-exposure': 'info', 'local-cost': 'info' },
};
const silent: Configuration = { ...defaultConfiguration, severities: Object.fromEntries(findingGroups.map((group) => [group, 'off' as const])) };

/** A file with many calls, each with things that rules look at. */
function fileOf(language: LanguageId, calls: number): string {
  return language === 'python'
    ? `from openai import OpenAI\nclient = OpenAI()\n${Array.from({ length: calls }, (_, index) => `def ask${index}(customer_email, texts):\n    out = []\n    for text in texts:\n        out.append(client.chat.completions.create(model="gpt-5.4", messages=[{"role": "user", "content": f"Answer {customer_email}: {text}"}]))\n    return out\n`).join('\n')}`
    : `import OpenAI from "openai";\nconst client = new OpenAI();\n${Array.from({ length: calls }, (_, index) => `export async function ask${index}(email: string, texts: string[]) {\n  return Promise.all(texts.map((text) => client.chat.completions.create({ model: "gpt-5.4", messages: [{ role: "user", content: \`Answer \${email}: \${text}\` }] })));\n}\n`).join('\n')}`;
}

async function main(): Promise<void> {
  const engine = createEngine({
    loadWasm: (file) => readFile(file === 'web-tree-sitter.wasm' ? `${root}node_modules/web-tree-sitter/${file}` : `${root}node_modules/@vscode/tree-sitter-wasm/wasm/${file}`),
    loadVocabulary: (file) => readFile(`${root}src/tokenizers/vocabularies/${file}`),
    now: () => performance.now(),
  });
  console.log('| language | calls | findings | edit → results, none ms | with every finding ms | ratio |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const language of ['python', 'typescript'] as const) {
    await engine.prepare(language);
    for (const calls of [5, 25, 100]) {
      const times = { off: [] as number[], on: [] as number[] };
      let findings = 0;
      const sessions = { off: engine.open(language, fileOf(language, calls)), on: engine.open(language, fileOf(language, calls)) };
      for (let round = 0; round < rounds; round++) {
        // By turns, so that whatever else the machine does meets both.
        for (const [name, configuration] of [['off', silent], ['on', strict]] as const) {
          const session = sessions[name];
          const at = session.text.length;
          session.update(`${session.text} `, [{ range: { start: at, end: at }, newText: ' ' }]);
          const start = performance.now();
          const analysis = session.analyze(configuration, today);
          if (round > 4) times[name].push(performance.now() - start);
          if (name === 'on') findings = analysis.findings.length;
        }
      }
      const [off, on] = [median(times.off), median(times.on)];
      console.log(`| ${language} | ${calls} | ${findings} | ${off.toFixed(2)} | ${on.toFixed(2)} | ${(on / off).toFixed(2)}× |`);
    }
  }
}

await main();
