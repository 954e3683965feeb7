/**
 * The workspace file `tokenfare.yaml`: text → settings, with problems at their place; and how it is laid over what
 * the user set. Uses the `yaml` package for positions; pure otherwise.
 */
import { type Document, LineCounter, type Node, type Pair, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { closestModels, findModel } from './lookup.js';
import { withOwn } from './ownCatalog.js';
import { readBudget } from './budgetFile.js';
import { readOwn } from './ownFile.js';
import type { Scenario } from './scenario.js';
import { workspaceSeverities } from './findingCodes.js';
import { providerIds, readDeclarations, readPolicy, readSeverities, zones } from './policyFile.js';
import { isEmptyRule } from './policy.js';
import type { Assumption, Assumptions, Budget, Configuration, Declaration, Facts, OwnCatalog, Policy, PolicyLayer, Spread, TextRange, Zone } from './model.js';

/** What a file may say; absent = not said. */
export interface PartialConfiguration {
  readonly currency?: string;
  readonly policy?: Partial<Policy>;
  readonly budget?: Budget;
  readonly budgets?: readonly Budget[];
  readonly assumptions?: Partial<Assumptions>;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly markdown?: boolean;
  readonly deployments?: Readonly<Record<string, string>>;
  readonly own?: OwnCatalog;
  readonly retirementNoticeDays?: number;
  readonly scenario?: Partial<Scenario>;
  readonly declarations?: readonly Declaration[];
  readonly severities?: Configuration['severities'];
  readonly deploymentZone?: Zone;
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

const maximumLength = 200_000;
const maximumProblems = 50;
const maximumSyntaxProblems = 3;

/** What a `scenario` may say, and the ends of each number. */
export const scenarioFields = {
  callsPerDay: [0, 1e12], outputTokens: [0, 1e9], cacheHitShare: [0, 1], batchShare: [0, 1], peakShare: [0, 1], imagesPerCall: [0, 1000], addedTokens: [0, 1e9],
  monthlyGrowth: [-0.99, 10], months: [1, 120], discountPercent: [0, 100], flatFee: [0, 1e12],
} as const satisfies Partial<Record<keyof Scenario, readonly [number, number]>>;

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
  const fields = reader.map(root, 'a map of settings', ['currency', 'policy', 'budget', 'budgets', 'assumptions', 'scan', 'deployments', 'providers', 'prices', 'discounts', 'exchangeRates', 'retirementNoticeDays', 'declarations', 'findings', 'deploymentZone', 'scenario']);
  if (!fields) return { value: null, problems };

  const value: { -readonly [K in keyof PartialConfiguration]: PartialConfiguration[K] } = {};
  const currency = reader.text(fields.get('currency'), currencyExpected, isCurrency);
  if (currency !== undefined) value.currency = currency;
  const notice = reader.number(fields.get('retirementNoticeDays'), 'days, 0 or more');
  if (notice !== undefined) value.retirementNoticeDays = notice;

  const money = { currency: currency ?? 'USD', isCurrency, currencyExpected, zones };
  const budget = readBudget(reader, fields.get('budget'), money);
  if (budget) value.budget = budget;
  const budgets = reader.list(fields.get('budgets'), 'a list of budgets');
  if (budgets) value.budgets = budgets.flatMap((node) => readBudget(reader, node, money) ?? []);
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
  const scenario = reader.map(fields.get('scenario'), 'a map of circumstances to compare under', Object.keys(scenarioFields));
  if (scenario) {
    value.scenario = Object.fromEntries(Object.entries(scenarioFields).flatMap(([name, [least, most]]) => {
      const number = reader.between(scenario.get(name), least, most);
      return number === undefined ? [] : [[name, number] as const];
    }));
  }
  const scan = reader.map(fields.get('scan'), 'a map', ['include', 'exclude', 'markdown']);
  if (scan) {
    const include = reader.texts(scan.get('include'), 'glob patterns');
    const exclude = reader.texts(scan.get('exclude'), 'glob patterns');
    if (include) value.include = include;
    if (exclude) value.exclude = exclude;
    const markdown = reader.flag(scan.get('markdown'));
    if (markdown !== undefined) value.markdown = markdown;
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
  if (deployments && facts) reportUnknownModels(deployments, withOwn(facts, own ?? { providers: [], prices: [], discounts: [] }), reader.report);
  const known = providerIds(facts, own?.providers ?? []);
  const policy = readPolicy(fields.get('policy'), reader, known);
  if (policy) value.policy = policy;
  const declarations = readDeclarations(fields.get('declarations'), reader, known);
  if (declarations) value.declarations = declarations;
  const severities = readSeverities(fields.get('findings'), reader);
  if (severities) value.severities = severities;
  const zone = reader.text(fields.get('deploymentZone'), `a zone (${zones.join(', ')})`, (word) => (zones as readonly string[]).includes(word));
  if (zone) value.deploymentZone = zone as Zone;
  return { value, problems };
}

/** A deployment that stands for a model nobody knows has no price: said where it is written, with the nearest names. */
function reportUnknownModels(deployments: ReadonlyMap<string, Node>, facts: Facts, report: (node: Node, code: string, expected: string, found: string) => void): void {
  for (const node of deployments.values()) {
    if (!isScalar(node) || typeof node.value !== 'string') continue;
    const name = node.value;
    if (facts.providers.some((provider) => findModel(provider, name) !== null)) continue;
    const similar = closestModels(facts, name).map((each) => each.model.id);
    report(node, 'wrong-value', `a model of the catalog${similar.length > 0 ? ` (similar: ${similar.join(', ')})` : ''}`, short(name));
  }
}

/** Reads nodes of a certain kind; what is of another kind is reported and left out. */
export type Reader = ReturnType<typeof createReader>;

/** What reads the parts of a file and reports problems at their place. */
export type ConfigurationReader = Reader;

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
  const between = (node: Node | undefined, least: number, most: number): number | undefined => {
    if (isEmpty(node)) return undefined;
    if (isScalar(node) && typeof node.value === 'number' && node.value >= least && node.value <= most) return node.value;
    report(node, 'wrong-value', `a number from ${least} to ${most}`, shown(node));
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
    report, number, between, text, map,
    texts(node: Node | undefined, expected: string, accepts?: (word: string) => boolean): string[] | undefined {
      if (isEmpty(node)) return undefined;
      if (!isSeq(node)) { report(node, 'wrong-type', `a list of ${expected}`, shown(node)); return undefined; }
      return (node.items as Node[]).flatMap((item) => text(item, expected, accepts) ?? []);
    },
    list(node: Node | undefined, expected: string): readonly Node[] | undefined {
      if (isEmpty(node)) return undefined;
      if (!isSeq(node)) { report(node, 'wrong-type', expected, shown(node)); return undefined; }
      return node.items as Node[];
    },
    numbers(node: Node | undefined, expected: string, accepts: (value: number) => boolean): number[] | undefined {
      if (isEmpty(node)) return undefined;
      if (!isSeq(node)) { report(node, 'wrong-type', `a list of ${expected}`, shown(node)); return undefined; }
      return (node.items as Node[]).flatMap((item) => {
        if (isScalar(item) && typeof item.value === 'number' && accepts(item.value)) return [item.value];
        report(item, 'wrong-value', expected, shown(item));
        return [];
      });
    },
    flag(node: Node | undefined): boolean | undefined {
      if (isEmpty(node)) return undefined;
      if (isScalar(node) && typeof node.value === 'boolean') return node.value;
      report(node, 'wrong-type', 'true or false', shown(node));
      return undefined;
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
export function mergeConfiguration(base: Configuration, overlay: PartialConfiguration, origin: Assumption['origin'], from: Pick<PolicyLayer, 'file' | 'folder'> & { readonly layer?: PolicyLayer['origin'] } = {}): Configuration {
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
    budgets: [...base.budgets, ...overlay.budgets ?? []],
    include: overlay.include ?? base.include,
    exclude: [...base.exclude, ...(overlay.exclude ?? [])],
    markdown: overlay.markdown ?? base.markdown,
    own: overlay.own ? {
      // What stands nearer comes first and wins.
      providers: [...overlay.own.providers, ...base.own.providers], prices: [...overlay.own.prices, ...base.own.prices],
      discounts: [...base.own.discounts, ...overlay.own.discounts],
      ...((overlay.own.rates ?? base.own.rates) && { rates: (overlay.own.rates ?? base.own.rates)! }),
    } : base.own,
    deployments: { ...base.deployments, ...overlay.deployments },
    retirementNoticeDays: overlay.retirementNoticeDays ?? base.retirementNoticeDays,
    scenario: { ...base.scenario, ...overlay.scenario },
    ...withLayers(base, overlay, origin, from),
  };
}

/** Policies stay apart: a call must keep to each, and messages say whose it breaks. */
function withLayers(base: Configuration, overlay: PartialConfiguration, origin: Assumption['origin'], { layer, ...from }: Pick<PolicyLayer, 'file' | 'folder'> & { readonly layer?: PolicyLayer['origin'] }): Pick<Configuration, 'layers' | 'declarations' | 'severities' | 'deploymentZone'> {
  const below = base.layers ?? (isEmptyRule(base.policy) && !base.policy.dataClasses && !base.policy.routes ? [] : [{ origin: 'settings' as const, policy: base.policy }]);
  const own: readonly PolicyLayer[] = overlay.policy ? [{ origin: layer ?? (origin === 'workspace' ? 'workspace' : 'settings'), ...from, policy: { allowedZones: [], allowedProviders: [], forbiddenProviders: [], ...overlay.policy } }] : [];
  const layers = [...below, ...own];
  const severities = { ...base.severities, ...(origin === 'workspace' && overlay.severities && layer !== 'organisation' ? workspaceSeverities(overlay.severities) : overlay.severities) };
  const declarations = [...base.declarations ?? [], ...overlay.declarations ?? []];
  const deploymentZone = overlay.deploymentZone ?? base.deploymentZone;
  return {
    ...(layers.length > 0 && { layers }), ...(declarations.length > 0 && { declarations }),
    ...(Object.keys(severities).length > 0 && { severities }), ...(deploymentZone && { deploymentZone }),
  };
}

/** What a file of an untrusted workspace may say: policies only become stricter, and nothing speaks for hosts or deployments. */
export function untrusted(overlay: PartialConfiguration): PartialConfiguration {
  const { own: _own, deployments: _deployments, declarations: _declarations, ...rest } = overlay;
  return rest;
}

/** Empty lists mean "everything"; `nothing` stands for an intersection without members. */
function intersect<T extends string>(base: readonly T[], overlay: readonly T[] | undefined, nothing: T): readonly T[] {
  if (!overlay || overlay.length === 0) return base;
  if (base.length === 0) return overlay;
  const both = base.filter((each) => overlay.includes(each));
  return both.length > 0 ? both : [nothing];
}
