/** `policy`, `declarations` and `findings` of a workspace file: YAML nodes → data, with problems at their place. */
import { type Node, isMap, isScalar, isSeq } from 'yaml';
import type { Reader } from './configuration.js';
import { dataClasses } from './dataClass.js';
import { findingCodes, findingGroups } from './findingCodes.js';
import type { DataClass, Declaration, Facts, Policy, PolicyRule, RoutingRule, Severity, Zone } from './model.js';

export const zones: readonly Zone[] = ['CN', 'HK', 'SG', 'EU', 'US', 'JP', 'KR', 'IN', 'AU', 'CA', 'GB', 'AE', 'APAC', 'global', 'global-except-CN', 'local', 'unknown'];
const zoneLists = ['allowedZones', 'forbiddenZones', 'allowedStorageZones', 'forbiddenStorageZones', 'allowedInferenceZones', 'forbiddenInferenceZones'] as const;
const providerLists = ['allowedProviders', 'forbiddenProviders'] as const;
const originLists = ['allowedModelOrigins', 'forbiddenModelOrigins'] as const;
/** Keys of a rule, of which a policy, a class of data and a route consist. */
export const ruleKeys = [...zoneLists, ...providerLists, ...originLists, 'maximumRetentionDays', 'zeroRetention', 'training', 'gateways', 'certainty'] as const;
export const policyKeys = [...ruleKeys, 'dataClasses', 'data', 'routes'] as const;
const severities: readonly (Severity | 'off')[] = ['error', 'warning', 'info', 'off'];
const maximumEntries = 200;

/** Reads `policy`; absent keys stay absent. With `facts`, ids of providers that nobody has are reported. */
export function readPolicy(node: Node | undefined, reader: Reader, providers: readonly string[] | null): Partial<Policy> | undefined {
  const fields = reader.map(node, 'a map', policyKeys);
  if (!fields) return undefined;
  const classes = reader.map(fields.get('dataClasses'), 'a map of classes of data', dataClasses);
  const data = entriesOf(fields.get('data'), reader, ['class', 'paths']).flatMap((entry) => {
    const name = reader.text(entry.get('class'), dataClasses.join(', '), (word) => (dataClasses as readonly string[]).includes(word));
    const paths = reader.texts(entry.get('paths'), 'path patterns');
    return name !== undefined && paths?.length ? [{ class: name as DataClass, paths }] : [];
  });
  const routes = entriesOf(fields.get('routes'), reader, ['traffic', 'providers', 'paths', ...ruleKeys]).flatMap((entry): RoutingRule[] => {
    const traffic = reader.text(entry.get('traffic'), 'a word for the kind of traffic', (word) => /^[\w-]+$/.test(word));
    const own = reader.texts(entry.get('providers'), 'provider ids', accepts(providers));
    const paths = reader.texts(entry.get('paths'), 'path patterns');
    return traffic !== undefined && own?.length ? [{ traffic, providers: own, ...(paths && { paths }), ...ruleOf(entry, reader, providers) }] : [];
  });
  return {
    ...ruleOf(fields, reader, providers),
    ...(classes && classes.size > 0 && { dataClasses: Object.fromEntries([...classes].flatMap(([name, each]) => {
      const own = reader.map(each, 'a map', ruleKeys);
      return own ? [[name, ruleOf(own, reader, providers)]] : [];
    })) }),
    ...(data.length > 0 && { data }),
    ...(routes.length > 0 && { routes }),
  };
}

const accepts = (providers: readonly string[] | null) => (word: string): boolean => !providers || providers.includes(word);

function ruleOf(fields: ReadonlyMap<string, Node>, reader: Reader, providers: readonly string[] | null): PolicyRule {
  const rule: { -readonly [K in keyof PolicyRule]?: PolicyRule[K] } = {};
  for (const key of zoneLists) {
    const list = reader.texts(fields.get(key), `zones (${zones.join(', ')})`, (word) => (zones as readonly string[]).includes(word));
    if (list) rule[key] = list as Zone[];
  }
  for (const key of providerLists) {
    const list = reader.texts(fields.get(key), 'provider ids', accepts(providers));
    if (list) rule[key] = list;
  }
  for (const key of originLists) {
    const list = reader.texts(fields.get(key), 'countries of makers of models, such as US, CN, EU', (word) => /^[A-Z]{2}$/.test(word));
    if (list) rule[key] = list;
  }
  const days = reader.number(fields.get('maximumRetentionDays'), 'days, 0 or more');
  if (days !== undefined) rule.maximumRetentionDays = days;
  const zero = truth(fields.get('zeroRetention'), reader);
  if (zero !== undefined) rule.zeroRetention = zero;
  const training = reader.text(fields.get('training'), 'forbidden or allowed', (word) => word === 'forbidden' || word === 'allowed');
  if (training) rule.training = training as 'forbidden' | 'allowed';
  const certainty = reader.text(fields.get('certainty'), 'certain or likely', (word) => word === 'certain' || word === 'likely');
  if (certainty) rule.certainty = certainty as 'certain' | 'likely';
  const gateways = fields.get('gateways');
  if (gateways && isScalar(gateways)) {
    const word = reader.text(gateways, 'forbidden, allowed or a list of gateways', (each) => each === 'forbidden' || each === 'allowed');
    if (word === 'forbidden') rule.allowedGateways = [];
  } else {
    const list = reader.texts(gateways, 'ids of gateways', accepts(providers));
    if (list) rule.allowedGateways = list;
  }
  return rule;
}

/** Reads `declarations`: what contracts and consoles settle. */
export function readDeclarations(node: Node | undefined, reader: Reader, providers: readonly string[] | null): readonly Declaration[] | undefined {
  if (node === undefined) return undefined;
  const isZone = (word: string): boolean => (zones as readonly string[]).includes(word);
  return entriesOf(node, reader, ['provider', 'host', 'deployment', 'storageZone', 'inferenceZone', 'retentionDays', 'zeroRetention', 'training', 'reason', 'validTo']).flatMap((entry): Declaration[] => {
    const provider = reader.text(entry.get('provider'), 'the id of a provider', accepts(providers));
    const host = reader.text(entry.get('host'), 'a host name', (word) => /^[\w.-]+$/.test(word));
    const deployment = reader.text(entry.get('deployment'), 'the name of a deployment');
    const storageZone = reader.text(entry.get('storageZone'), `a zone (${zones.join(', ')})`, isZone) as Zone | undefined;
    const inferenceZone = reader.text(entry.get('inferenceZone'), `a zone (${zones.join(', ')})`, isZone) as Zone | undefined;
    const retentionDays = reader.number(entry.get('retentionDays'), 'days, 0 or more');
    const zeroRetention = truth(entry.get('zeroRetention'), reader);
    const training = truth(entry.get('training'), reader);
    const reason = reader.text(entry.get('reason'), 'a reason');
    const validTo = reader.text(entry.get('validTo'), "a day such as '2027-01-31'", (word) => /^\d{4}-\d{2}-\d{2}$/.test(word));
    if (provider === undefined) return [];
    return [{
      provider, ...(host !== undefined && { host }), ...(deployment !== undefined && { deployment }), ...(storageZone && { storageZone }), ...(inferenceZone && { inferenceZone }),
      ...(retentionDays !== undefined && { retentionDays }), ...(zeroRetention !== undefined && { zeroRetention }), ...(training !== undefined && { training }),
      ...(reason !== undefined && { reason }), ...(validTo !== undefined && { validTo }),
    }];
  });
}

/** Reads `findings`: code, or a group of codes → severity or `off`. */
export function readSeverities(node: Node | undefined, reader: Reader): Readonly<Record<string, Severity | 'off'>> | undefined {
  const fields = reader.map(node, 'a map of finding codes to severities', [...findingGroups, ...findingCodes]);
  if (!fields) return undefined;
  return Object.fromEntries([...fields].flatMap(([code, each]) => {
    // YAML reads a bare `off` as text, and older editors as false.
    const isFalse = isScalar(each) && each.value === false;
    const word = isFalse ? 'off' : reader.text(each, severities.join(', '), (text) => (severities as readonly string[]).includes(text));
    return word === undefined ? [] : [[code, word as Severity | 'off']];
  }));
}

function truth(node: Node | undefined, reader: Reader): boolean | undefined {
  if (node === undefined || (isScalar(node) && node.value === null)) return undefined;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  reader.report(node, 'wrong-type', 'true or false', isScalar(node) ? String(node.value).slice(0, 80) : 'something else');
  return undefined;
}

function entriesOf(node: Node | undefined, reader: Reader, keys: readonly string[]): ReadonlyMap<string, Node>[] {
  if (node === undefined || (isScalar(node) && node.value === null)) return [];
  if (!isSeq(node)) { reader.report(node, 'wrong-type', 'a list', isMap(node) ? 'a map' : 'something else'); return []; }
  return (node.items as Node[]).slice(0, maximumEntries).flatMap((item) => reader.map(item, 'a map', keys) ?? []);
}

/** Ids that a policy may name: those of the catalog, and those the same file adds. */
export function providerIds(facts: Facts | undefined, own: readonly { readonly id: string }[]): readonly string[] | null {
  return facts ? [...facts.providers.map((each) => each.id), ...own.map((each) => each.id), 'unknown', 'none'] : null;
}
