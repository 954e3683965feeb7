/**
 * The workspace file `tokenfare.yaml`: text → settings, with problems at their place; and how it is laid over what
 * the user set. Uses the `yaml` package for positions; pure otherwise.
 */
import { type Document, LineCounter, type Node, type Pair, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { readOwn } from './ownFile.js';
import type { Assumption, Assumptions, Budget, Configuration, Facts, OwnCatalog, Policy, Spread, TextRange, Zone } from './model.js';

/** What a file may say; absent = not said. */
export interface PartialConfiguration {
  readonly currency?: string;
  readonly policy?: Partial<Policy>;
  readonly budget?: Budget;
  readonly assumptions?: Partial<Assumptions>;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly markdown?: boolean;
  readonly deployments?: Readonly<Record<string, string>>;
  readonly own?: OwnCatalog;
  readonly retirementNoticeDays?: number;
}

export interface ConfigurationProblem {
  readonly range: TextRange;
  /** `syntax`, `unknown-key`, `wrong-type`, `wrong-value`, `too-large`. */
  readonly code: string;
  /** What is expected there, in words of the format. */
  readonly expected: string;
  readonly found: string;
}

export interface ParsedConfiguration {
  /** What could be understood; null when the file as a whole could not be read. */
  readonly value: PartialConfiguration | null;
  readonly problems: readonly ConfigurationProblem[];
}

const zones: readonly Zone[] = ['CN', 'HK', 'SG', 'EU', 'US', 'JP', 'KR', 'IN', 'AU', 'CA', 'GB', 'AE', 'global', 'global-except-CN', 'local', 'unknown'];
const periods: readonly Budget['period'][] = ['day', 'week', 'month'];
const maximumLength = 200_000;
const maximumProblems = 50;
const maximumSyntaxProblems = 3;

/**
 * Reads `tokenfare.yaml`. Never throws; every problem names its place and what is expected there.
 * `facts`: what the catalog has, so that currencies without a rate, unknown providers and taken hosts are reported.
 */
export function parseConfiguration(text: string, facts?: Facts): ParsedConfiguration {
  const currencies = facts && Object.keys(facts.rates.perUsd);
  const currencyExpected = currencies ? `a currency with a known rate (${currencies.join(', ')})` : 'a currency code such as USD';
  const isCurrency = (word: string): boolean => /^[A-Z]{3}$/.test(word) && (!currencies || currencies.includes(word));
  const problems: ConfigurationProblem[] = [];
  if (text.length > maximumLength) {
    return { value: null, problems: [{ range: { start: 0, end: 0 }, code: 'too-large', expected: `at most ${maximumLength} characters`, found: String(text.length) }] };
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: new LineCounter(), uniqueKeys: true, merge: false });
  } catch (error) {
    return { value: null, problems: [{ range: { start: 0, end: Math.min(1, text.length) }, code: 'syntax', expected: 'YAML', found: error instanceof Error ? error.message : String(error) }] };
  }
  // One missing bracket makes a parser complain to the end of the file; the first complaints name the place.
  for (const error of document.errors.slice(0, maximumSyntaxProblems)) {
    const [start, end] = error.pos;
    const found = /call stack/i.test(error.message) ? 'nested too deeply' : error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
    problems.push({ range: { start, end: Math.max(end, start + 1) }, code: 'syntax', expected: '', found });
  }
  const root = document.contents as Node | null;
  if (!root || (isScalar(root) && root.value === null)) return { value: problems.length ? null : {}, problems };
  const reader = createReader(problems, text.length);
  const fields = reader.map(root, 'a map of settings', ['currency', 'policy', 'budget', 'assumptions', 'scan', 'deployments', 'providers', 'prices', 'discounts', 'retirementNoticeDays']);
  if (!fields) return { value: null, problems };

  const value: { -readonly [K in keyof PartialConfiguration]: PartialConfiguration[K] } = {};
  const currency = reader.text(fields.get('currency'), currencyExpected, isCurrency);
  if (currency !== undefined) value.currency = currency;
  const notice = reader.number(fields.get('retirementNoticeDays'), 'days, 0 or more');
  if (notice !== undefined) value.retirementNoticeDays = notice;

  const policy = reader.map(fields.get('policy'), 'a map', ['allowedZones', 'allowedProviders', 'forbiddenProviders']);
  if (policy) {
    const allowedZones = reader.texts(policy.get('allowedZones'), `zones (${zones.join(', ')})`, (word) => (zones as readonly string[]).includes(word));
    const allowedProviders = reader.texts(policy.get('allowedProviders'), 'provider ids');
    const forbiddenProviders = reader.texts(policy.get('forbiddenProviders'), 'provider ids');
    value.policy = {
      ...(allowedZones ? { allowedZones: allowedZones as Zone[] } : {}),
      ...(allowedProviders ? { allowedProviders } : {}),
      ...(forbiddenProviders ? { forbiddenProviders } : {}),
    };
  }
  const budget = reader.map(fields.get('budget'), 'a map with amount', ['amount', 'currency', 'period']);
  if (budget) {
    const amount = reader.number(budget.get('amount'), 'an amount of money, 0 or more');
    const of = reader.text(budget.get('currency'), currencyExpected, isCurrency) ?? currency ?? 'USD';
    const period = reader.text(budget.get('period'), periods.join(', '), (word) => (periods as readonly string[]).includes(word)) ?? 'month';
    if (amount !== undefined) value.budget = { amount, currency: of, period: period as Budget['period'] };
    else if (!budget.has('amount')) reader.report(fields.get('budget')!, 'wrong-value', 'amount', 'nothing');
  }
  const assumptions = reader.map(fields.get('assumptions'), 'a map', ['holeTokens', 'outputTokens', 'reasoningTokens', 'repeats', 'holes', 'callsPerMonth']);
  if (assumptions) {
    const out: { -readonly [K in keyof Assumptions]?: Assumptions[K] } = {};
    for (const key of ['holeTokens', 'outputTokens', 'reasoningTokens', 'repeats'] as const) {
      const spread = reader.spread(assumptions.get(key));
      if (spread) out[key] = spread;
    }
    const calls = reader.number(assumptions.get('callsPerMonth'), 'a number of calls, 0 or more');
    if (calls !== undefined) out.callsPerMonth = calls;
    const holes = reader.map(assumptions.get('holes'), 'a map of names to tokens');
    if (holes) {
      out.holes = Object.fromEntries([...holes].flatMap(([name, node]) => {
        const spread = reader.spread(node);
        return spread ? [[name, spread] as const] : [];
      }));
    }
    value.assumptions = out;
  }
  const scan = reader.map(fields.get('scan'), 'a map', ['include', 'exclude', 'markdown']);
  if (scan) {
    const include = reader.texts(scan.get('include'), 'glob patterns');
    const exclude = reader.texts(scan.get('exclude'), 'glob patterns');
    if (include) value.include = include;
    if (exclude) value.exclude = exclude;
    const markdown = reader.text(scan.get('markdown'), 'true or false', (word) => word === 'true' || word === 'false');
    if (markdown !== undefined) value.markdown = markdown === 'true';
  }
  const deployments = reader.map(fields.get('deployments'), 'a map of deployment names to model ids');
  if (deployments) {
    value.deployments = Object.fromEntries([...deployments].flatMap(([name, node]) => {
      const model = reader.text(node, 'a model id');
      return model === undefined ? [] : [[name, model] as const];
    }));
  }
  const own = readOwn(document, fields, reader.report, facts);
  if (own) value.own = own;
  return { value, problems };
}

function createReader(problems: ConfigurationProblem[], length: number) {
  const rangeOf = (node: Node): TextRange => {
    const [start, end] = node.range ?? [0, length];
    return { start, end: Math.max(end, start + 1) };
  };
  const report = (node: Node, code: string, expected: string, found: string): void => {
    if (problems.length < maximumProblems) problems.push({ range: rangeOf(node), code, expected, found });
  };
  const shown = (node: Node): string => (isScalar(node) ? short(String(node.value)) : isMap(node) ? 'a map' : isSeq(node) ? 'a list' : isAlias(node) ? 'an alias' : 'something else');
  const isEmpty = (node: Node | undefined): node is undefined => node === undefined || (isScalar(node) && node.value === null);

  const number = (node: Node | undefined, expected: string): number | undefined => {
    if (isEmpty(node)) return undefined;
    if (isScalar(node) && typeof node.value === 'number' && Number.isFinite(node.value) && node.value >= 0) return node.value;
    report(node, 'wrong-type', expected, shown(node));
    return undefined;
  };
  const text = (node: Node | undefined, expected: string, accepts: (word: string) => boolean = () => true): string | undefined => {
    if (isEmpty(node)) return undefined;
    if (isScalar(node) && (typeof node.value === 'string' || typeof node.value === 'number')) {
      const word = String(node.value);
      if (accepts(word)) return word;
    }
    report(node, 'wrong-value', expected, shown(node));
    return undefined;
  };
  /** Entries by key; unknown keys are reported with the nearest known one. */
  const map = (node: Node | undefined, expected: string, known?: readonly string[]): Map<string, Node> | undefined => {
    if (isEmpty(node)) return undefined;
    if (!isMap(node)) { report(node, 'wrong-type', expected, shown(node)); return undefined; }
    const out = new Map<string, Node>();
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      if (known && !known.includes(key)) { report(pair.key, 'unknown-key', nearest(key, known), short(key)); continue; }
      if (pair.value) out.set(key, pair.value);
    }
    return out;
  };
  return {
    report, number, text, map,
    texts(node: Node | undefined, expected: string, accepts?: (word: string) => boolean): string[] | undefined {
      if (isEmpty(node)) return undefined;
      if (!isSeq(node)) { report(node, 'wrong-type', `a list of ${expected}`, shown(node)); return undefined; }
      return (node.items as Node[]).flatMap((item) => text(item, expected, accepts) ?? []);
    },
    /** A number, or {low, likely, high} in that order of size. */
    spread(node: Node | undefined): Spread | undefined {
      if (isEmpty(node)) return undefined;
      const expected = 'a number, or a map of low, likely and high with low ≤ likely ≤ high';
      if (isScalar(node)) {
        const value = number(node, expected);
        return value === undefined ? undefined : { low: value, likely: value, high: value };
      }
      const fields = map(node, expected, ['low', 'likely', 'high']);
      if (!fields) return undefined;
      const low = number(fields.get('low'), expected);
      const high = number(fields.get('high'), expected);
      const likely = number(fields.get('likely'), expected);
      const result = likely === undefined ? undefined : { low: low ?? likely, likely, high: high ?? (fields.has('high') ? null : likely) };
      if (!result || result.low > result.likely || (result.high !== null && result.high < result.likely)) { report(node, 'wrong-value', expected, shown(node)); return undefined; }
      return result;
    },
  };
}

/** The known keys, the one most like `key` first. */
function nearest(key: string, known: readonly string[]): string {
  const wanted = key.toLowerCase().slice(0, 40);
  // Edits from one word to the other, in proportion; a key that contains the other is a near miss, too.
  const unlike = (other: string): number => {
    const name = other.toLowerCase();
    const contained = wanted.length > 2 && (name.includes(wanted) || wanted.includes(name)) ? 0.4 : 1;
    return (contained * distance(wanted, name)) / Math.max(wanted.length, name.length, 1);
  };
  return [...known].sort((a, b) => unlike(a) - unlike(b)).join(', ');
}

/** Levenshtein distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const next = [line];
    for (let column = 1; column <= b.length; column++) {
      next.push(Math.min(row[column - 1]! + (a[line - 1] === b[column - 1] ? 0 : 1), row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * Lays `overlay` over `base`. Policies only become stricter: allowed lists are intersected, forbidden ones united.
 * An empty intersection allows nothing but the user's own machine, never everything.
 */
export function mergeConfiguration(base: Configuration, overlay: PartialConfiguration, origin: Assumption['origin']): Configuration {
  const { policy, assumptions } = overlay;
  const assumptionOrigin = { ...base.assumptionOrigin };
  for (const key of Object.keys(assumptions ?? {})) if (key !== 'holes') assumptionOrigin[key] = origin;
  for (const name of Object.keys(assumptions?.holes ?? {})) assumptionOrigin[`holes.${name}`] = origin;
  return {
    ...base,
    currency: overlay.currency ?? base.currency,
    policy: {
      allowedZones: intersect(base.policy.allowedZones, policy?.allowedZones, 'local'),
      allowedProviders: intersect(base.policy.allowedProviders, policy?.allowedProviders, 'none'),
      forbiddenProviders: [...new Set([...base.policy.forbiddenProviders, ...(policy?.forbiddenProviders ?? [])])],
    },
    assumptions: { ...base.assumptions, ...assumptions, holes: { ...base.assumptions.holes, ...assumptions?.holes } },
    assumptionOrigin,
    budget: overlay.budget ?? base.budget,
    include: overlay.include ?? base.include,
    exclude: [...base.exclude, ...(overlay.exclude ?? [])],
    markdown: overlay.markdown ?? base.markdown,
    own: overlay.own ? {
      // What stands nearer comes first and wins.
      providers: [...overlay.own.providers, ...base.own.providers], prices: [...overlay.own.prices, ...base.own.prices],
      discounts: [...base.own.discounts, ...overlay.own.discounts],
    } : base.own,
    deployments: { ...base.deployments, ...overlay.deployments },
    retirementNoticeDays: overlay.retirementNoticeDays ?? base.retirementNoticeDays,
  };
}

/** Empty lists mean "everything"; `nothing` stands for an intersection without members. */
function intersect<T extends string>(base: readonly T[], overlay: readonly T[] | undefined, nothing: T): readonly T[] {
  if (!overlay || overlay.length === 0) return base;
  if (base.length === 0) return overlay;
  const both = base.filter((each) => overlay.includes(each));
  return both.length > 0 ? both : [nothing];
}
