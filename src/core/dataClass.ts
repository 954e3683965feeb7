/** Which class of data a call handles: what a comment says, what the policy says of the file, and hints of the names in the prompt. */
import createIgnore from 'ignore';
import type { CallSite, DataClass, PolicyLayer, RoutingRule } from './model.js';

export const dataClasses: readonly DataClass[] = ['personal', 'payment', 'health', 'public'];

export interface FoundClass {
  readonly class: DataClass;
  /** `hint`: only the name of something put into the prompt suggests it. */
  readonly how: 'comment' | 'path' | 'hint';
  /** The name that suggests it, or the pattern that matched. */
  readonly evidence: string;
}

/**
 * Words of names that people give to such data. Only whole words of a name count (`user_email`, `ssnNumber`), and
 * only of what is put into the prompt, so that a mention in prose suggests nothing.
 */
const words: Readonly<Record<Exclude<DataClass, 'public'>, readonly (readonly string[])[]>> = {
  personal: [['email'], ['e', 'mail'], ['phone', 'number'], ['mobile', 'number'], ['ssn'], ['passport'], ['birthdate'], ['date', 'of', 'birth'], ['birth', 'date'], ['dob'], ['home', 'address'], ['postal', 'address'], ['national', 'id'], ['id', 'card'], ['idcard'], ['identity', 'card'], ['social', 'security'], ['first', 'name'], ['last', 'name'], ['full', 'name'], ['surname'], ['resume'], ['curriculum', 'vitae']],
  payment: [['iban'], ['credit', 'card'], ['card', 'number'], ['cvv'], ['bank', 'account'], ['account', 'number'], ['payment'], ['payments'], ['transaction'], ['transactions'], ['purchase', 'history'], ['order', 'history'], ['invoice'], ['salary']],
  health: [['diagnosis'], ['diagnoses'], ['patient'], ['patients'], ['medical', 'record'], ['medical', 'history'], ['prescription'], ['symptoms'], ['health', 'record']],
};

/** Classes of a call. Comments and paths decide; hints count only where neither says anything. */
export function classesOf(call: CallSite, said: readonly string[], path: string | null, layers: readonly PolicyLayer[]): readonly FoundClass[] {
  const found: FoundClass[] = said.flatMap((word) => (dataClasses as readonly string[]).includes(word) ? [{ class: word as DataClass, how: 'comment' as const, evidence: word }] : []);
  if (path !== null) {
    for (const { policy, folder } of layers) {
      for (const rule of policy.data ?? []) {
        if (matches(rule.paths, path, folder)) found.push({ class: rule.class, how: 'path', evidence: rule.paths.join(', ') });
      }
    }
  }
  return found.length > 0 ? found : hintsOf(call);
}

/** What the names in the prompt suggest. */
export function hintsOf(call: CallSite): readonly FoundClass[] {
  const found = new Map<DataClass, FoundClass>();
  for (const part of call.request.parts) {
    for (const piece of [...part.pieces, ...part.alternatives.flat()]) {
      if (piece.kind !== 'hole') continue;
      const parts = wordsOf(piece.name);
      for (const [name, lists] of Object.entries(words) as [DataClass, readonly (readonly string[])[]][]) {
        if (!found.has(name) && lists.some((list) => contains(parts, list))) found.set(name, { class: name, how: 'hint', evidence: piece.name });
      }
    }
  }
  return [...found.values()];
}

/** `customerEmail`, `customer_email`, `customer.email` → customer, email. */
function wordsOf(name: string): readonly string[] {
  return name.slice(0, 200).replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
}

function contains(parts: readonly string[], list: readonly string[]): boolean {
  return parts.some((_, at) => list.every((word, offset) => parts[at + offset] === word));
}

/** Whether a path lies under one of the patterns, which mean what they mean in a .gitignore of `folder`. */
export function matches(patterns: readonly string[], path: string, folder: string | undefined): boolean {
  const base = folder === undefined || folder === '' ? '' : folder.replace(/\/$/, '');
  const relative = base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : base === '' ? path.replace(/^\/+|^[a-z]:\//i, '') : null;
  if (relative === null || !createIgnore.isPathValid(relative)) return false;
  return compiled(patterns).ignores(relative);
}

const cache = new WeakMap<readonly string[], ReturnType<typeof createIgnore>>();

function compiled(patterns: readonly string[]): ReturnType<typeof createIgnore> {
  let rules = cache.get(patterns);
  if (!rules) cache.set(patterns, rules = createIgnore({ ignorecase: false }).add([...patterns]));
  return rules;
}

/** Whether a call is of a rule's traffic. */
export function isOfTraffic(rule: RoutingRule, said: readonly string[], path: string | null, folder: string | undefined): boolean {
  return said.includes(rule.traffic) || (path !== null && rule.paths !== undefined && matches(rule.paths, path, folder));
}
