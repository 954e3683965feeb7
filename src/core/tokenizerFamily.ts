/** Which family of tokenizers a model is of. */
import type { TokenizerRule } from './model.js';

const compiled = new WeakMap<readonly TokenizerRule[], readonly (TokenizerRule & { readonly pattern: RegExp })[]>();

/** Family by the rules of the catalog, or else what the provider's file says. `id` may have vendors in front (`qwen/qwen3-32b`). */
export function tokenizerFamilyOf(id: string, said: string, rules: readonly TokenizerRule[]): string {
  let patterns = compiled.get(rules);
  if (!patterns) {
    patterns = rules.map((rule) => ({ ...rule, pattern: new RegExp(rule.match) }));
    compiled.set(rules, patterns);
  }
  const applying = patterns.filter((rule) => rule.of.includes(said));
  if (applying.length === 0) return said;
  const name = id.toLowerCase().replace(/^.*\//, '').replace(/^(?:us|eu|apac|global)\./, '').replace(/^(?:qwen|deepseek|meta|mistral|anthropic)\./, '');
  return applying.find((rule) => rule.pattern.test(name))?.family ?? said;
}
