/** Proposals for files that list packages and variables. */
import { expect, test } from 'vitest';
import { dependencyEdits } from '../../../src/core/dependencyFiles.js';
import type { PackageChange } from '../../../src/core/engine.js';
import { applyEdits } from '../../../src/core/reconcile.js';

const python: PackageChange = { ecosystem: 'python', name: 'anthropic', version: '>=0.70', change: 'added' };
const javascript: PackageChange = { ecosystem: 'javascript', name: '@anthropic-ai/sdk', version: '^1.13.0', change: 'added' };
const after = (name: string, text: string): string => applyEdits(text, dependencyEdits(name, text, [python, javascript, { ...python, name: 'openai', change: 'unused' }], ['ANTHROPIC_API_KEY']));

test.each([
  ['.env.example', 'OPENAI_API_KEY=\n', 'OPENAI_API_KEY=\nANTHROPIC_API_KEY=\n'],
  ['.env.example', 'A=1', 'A=1\nANTHROPIC_API_KEY=\n'],
  ['.env.example', 'ANTHROPIC_API_KEY=sk\n', 'ANTHROPIC_API_KEY=sk\n'],
  ['.env.example', 'A=1\r\n', 'A=1\r\nANTHROPIC_API_KEY=\r\n'],
  ['requirements.txt', 'openai>=1\n', 'openai>=1\nanthropic>=0.70\n'],
  ['requirements.txt', 'Anthropic[bedrock]==0.75\n', 'Anthropic[bedrock]==0.75\n'],
  ['pyproject.toml', '[project]\ndependencies = [\n  "openai",\n]\n', '[project]\ndependencies = [\n  "anthropic>=0.70",\n  "openai",\n]\n'],
  ['pyproject.toml', '[project]\ndependencies = []\n', '[project]\ndependencies = ["anthropic>=0.70"]\n'],
  ['pyproject.toml', '[tool.other]\n', '[tool.other]\n'],
  ['package.json', '{\n  "dependencies": {\n    "openai": "^6.0.0"\n  }\n}\n', '{\n  "dependencies": {\n    "@anthropic-ai/sdk": "^1.13.0",\n    "openai": "^6.0.0"\n  }\n}\n'],
  ['package.json', '{\n  "name": "x"\n}\n', '{\n  "dependencies": { "@anthropic-ai/sdk": "^1.13.0" },\n  "name": "x"\n}\n'],
  ['package.json', '{ "dependencies": {} }', '{ "dependencies": {"@anthropic-ai/sdk": "^1.13.0"} }'],
  ['package.json', '{\n  "devDependencies": { "@anthropic-ai/sdk": "1" }\n}\n', '{\n  "devDependencies": { "@anthropic-ai/sdk": "1" }\n}\n'],
])('%s: %j', (name, before, expected) => {
  expect(after(name, before)).toBe(expected);
  if (name === 'package.json') expect(() => { JSON.parse(after(name, before)); }).not.toThrow();
});
