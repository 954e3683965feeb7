/** Real data for the pages: the engine on sources, as the extension sends it. */
import { facts } from '../../src/catalog.js';
import { type Configuration, defaultConfiguration } from '../../src/core/model.js';
import { daysPerMonth, neutralScenario } from '../../src/core/scenario.js';
import { english } from '../../src/messages.js';
import { factsOfRows } from '../../src/reporters/comparison.js';
import type { ComparisonData } from '../../src/reporters/pages.js';
import { type Report, reportOf } from '../../src/reporters/report.js';
import { engineForTests, testDay } from '../unit/engineForTests.js';

const configuration: Configuration = {
  ...defaultConfiguration, policy: { ...defaultConfiguration.policy, allowedZones: ['EU', 'US'] }, budget: { amount: 50, currency: 'USD', period: 'month' },
  assumptions: { ...defaultConfiguration.assumptions, callsPerMonth: 10_000 },
};

export async function comparisonData(scope: 'similar' | 'all' = 'similar'): Promise<ComparisonData> {
  const engine = engineForTests();
  await engine.prepare('python');
  const session = engine.open('python', 'from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "system", "content": "You are a helpful assistant for the customers of a railway. Answer in two sentences."}, {"role": "user", "content": question}], max_tokens=800)\n');
  const [call] = session.analyze(configuration, testDay).calls;
  const extra = [{ provider: 'alibaba-dashscope', endpointId: 'beijing', model: 'qwen2.5-72b-instruct' }, { provider: 'together', endpointId: '', model: 'meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo' }];
  const rows = engine.compare(call!, { configuration, today: testDay, scope, extra });
  const data: ComparisonData = {
    subject: { kind: 'call', uri: 'file:///work/chat.py', callId: call!.id, line: 3 }, title: 'gpt-4o-mini · chat.py:3', rows, facts: factsOfRows(rows, engine.factsFor(configuration)), scope,
    scenario: { ...neutralScenario, callsPerDay: Number((10_000 / daysPerMonth).toPrecision(6)) }, today: testDay, hasPolicy: true, columns: null, texts: null,
    switchable: rows.filter((row) => !row.current && session.switchTo(call!, { provider: row.provider, endpointId: row.endpointId ?? '', model: row.model })?.edits.length).map((row) => row.key),
  };
  session.dispose();
  return JSON.parse(JSON.stringify(data)) as ComparisonData;
}

/** A report of `count` calls over many files, models and providers. */
export async function reportData(count: number): Promise<Report> {
  const engine = engineForTests();
  await engine.prepare('python');
  const models = ['gpt-4o-mini', 'gpt-4.1', 'gpt-4o', 'gpt-5.4-mini', 'gpt-99'];
  const perFile = 10;
  const files = Array.from({ length: Math.ceil(count / perFile) }, (_, file) => {
    const text = `from openai import OpenAI\nclient = OpenAI(${file % 3 === 0 ? 'base_url="https://api.deepseek.com"' : ''})\n${Array.from({ length: Math.min(perFile, count - file * perFile) }, (_each, n) =>
      `client.chat.completions.create(model="${file % 3 === 0 ? 'deepseek-flash' : models[(file + n) % models.length]}", messages=[{"role": "system", "content": "Sentence ${'of many words '.repeat(n + file % 11)}"}, {"role": "user", "content": question}], max_tokens=${100 + n})\n`).join('')}`;
    const session = engine.open('python', text);
    const analysis = session.analyze(configuration, testDay);
    session.dispose();
    return { file: `services/s${file % 17}/module${file}.py`, text, language: 'python' as const, analysis };
  });
  const report = reportOf({ files, skipped: [{ file: 'services/large.py', reason: 'too-large' }], problems: [], configuration, filesRead: files.length + 1, today: testDay, facts, ownersOf: (file) => (file.includes('/s1') ? ['@platform'] : ['@web']) }, english);
  return JSON.parse(JSON.stringify(report)) as Report;
}
