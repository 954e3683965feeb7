/** A scan's result made from source text, for the reporters. */
import type { ReportInput } from '../../../src/reporters/report.js';
import { type Configuration, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { analyzeText, testDay } from '../engineForTests.js';

/** Analyses `files` (path → Python or TypeScript) under one configuration. */
export async function inputOf(files: Readonly<Record<string, string>>, configuration: Configuration = defaultConfiguration, more: Partial<ReportInput> = {}): Promise<ReportInput> {
  const reported = [];
  for (const [file, text] of Object.entries(files)) {
    const language: LanguageId = file.endsWith('.py') ? 'python' : 'typescript';
    reported.push({ file, text, language, analysis: await analyzeText(language, text, configuration) });
  }
  return { files: reported, skipped: [], problems: [], configuration, filesRead: reported.length, today: testDay, ...more };
}

/** A Python file with one call per model. */
export function callsOf(...models: readonly string[]): string {
  return `from openai import OpenAI\nclient = OpenAI()\n${models.map((model) => `client.chat.completions.create(model="${model}", messages=[{"role": "user", "content": "Hello!"}], max_tokens=100)\n`).join('')}`;
}
