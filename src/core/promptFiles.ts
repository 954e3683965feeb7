/** Files that are a prompt or a configuration of models and no code, told apart by their names. */
import type { LanguageId } from './model.js';

/** End of a path → language, the longest first. */
export const promptFileEnds: readonly (readonly [string, LanguageId])[] = [
  ['.prompty', 'prompty'], ['.prompt.yml', 'github-prompt'], ['.prompt.yaml', 'github-prompt'], ['.prompt.md', 'prompt'], ['.prompt', 'dotprompt'],
  ['promptfooconfig.yaml', 'promptfoo'], ['promptfooconfig.yml', 'promptfoo'], ['promptfooconfig.json', 'promptfoo'],
];

/** Language of a prompt or configuration file by its name; null when the name says nothing. Plain YAML is told by its content. */
export function promptLanguageOf(path: string): LanguageId | null {
  const name = path.toLowerCase();
  return promptFileEnds.find(([end]) => name.endsWith(end))?.[1] ?? (/\.ya?ml$/.test(name) ? 'yaml' : null);
}
