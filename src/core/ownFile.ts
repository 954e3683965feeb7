/** `providers`, `prices` and `discounts` of a workspace file: YAML nodes → entries, with problems at their place. */
import * as v from 'valibot';
import { type Document, type Node, isSeq } from 'yaml';
import { findModel, findProvider } from './lookup.js';
import type { Facts, OwnCatalog } from './model.js';
import { takenHost } from './ownCatalog.js';
import { discountSchema, exchangeRatesSchema, ownPriceSchema, ownProviderSchema, type OwnProvider, type OwnRates } from './providerFile.js';

type Report = (node: Node, code: string, expected: string, found: string) => void;

/**
 * Reads the three lists. Each entry stands for itself: a wrong one is reported and left out, the others hold. With
 * `facts`, unknown providers, unknown endpoints, ids and hosts that the catalog has already are reported, too.
 */
export function readOwn(document: Document.Parsed, fields: ReadonlyMap<string, Node>, report: Report, facts?: Facts): OwnCatalog | null {
  const list = <S extends v.GenericSchema>(key: string, schema: S, check: (entry: v.InferOutput<S>, at: (path: readonly PropertyKey[]) => Node) => boolean): v.InferOutput<S>[] => {
    const node = fields.get(key);
    if (!node) return [];
    if (!isSeq(node)) { report(node, 'wrong-type', 'a list', 'something else'); return []; }
    return node.items.flatMap((item, index) => {
      const at = (path: readonly PropertyKey[]): Node => nodeAt(document, [key, index, ...path]) ?? (item as Node);
      const result = v.safeParse(schema, (item as Node).toJS(document));
      if (result.success) return check(result.output, at) ? [result.output] : [];
      const issue = deepest(result.issues);
      report(at(pathOf(issue)), issue.type === 'strict_object' && issue.expected === 'never' ? 'unknown-key' : 'wrong-value', expectation(issue), short(issue.received.replaceAll('"', '')));
      return [];
    });
  };
  const knownProvider = (id: string, own: readonly OwnProvider[]): boolean => !facts || findProvider(facts, id) !== null || own.some((each) => each.id === id);

  const providers = list('providers', ownProviderSchema, (entry, at) => {
    if (facts && findProvider(facts, entry.id)) {
      report(at(['id']), 'wrong-value', 'an id that the catalog does not have; for its prices use "prices" or "discounts"', entry.id);
      return false;
    }
    let free = entry.endpoints.length;
    for (const [index, endpoint] of entry.endpoints.entries()) {
      const owner = facts && takenHost(facts, { host: endpoint.host, ...(endpoint.path !== undefined && { path: endpoint.path }) });
      if (!owner) continue;
      free--;
      report(at(['endpoints', index, 'host']), 'wrong-value', `a host of your own; this one belongs to ${owner.name}`, endpoint.host);
    }
    return free > 0;
  });
  const prices = list('prices', ownPriceSchema, (entry, at) => {
    if (!knownProvider(entry.provider, providers)) {
      report(at(['provider']), 'wrong-value', 'a provider of the catalog or of this file', entry.provider);
      return false;
    }
    const provider = facts && findProvider(facts, entry.provider);
    for (const [index, id] of (entry.endpoints ?? []).entries()) {
      if (!provider || provider.endpoints.some((endpoint) => endpoint.id === id)) continue;
      report(at(['endpoints', index]), 'wrong-value', `an endpoint of ${provider.name} (${provider.endpoints.map((endpoint) => endpoint.id).join(', ')})`, id);
      return false;
    }
    return true;
  });
  const discounts = list('discounts', discountSchema, (entry, at) => {
    if (!knownProvider(entry.provider, providers)) {
      report(at(['provider']), 'wrong-value', 'a provider of the catalog or of this file', entry.provider);
      return false;
    }
    const provider = facts && findProvider(facts, entry.provider);
    const unknown = provider && entry.models?.findIndex((name) => !name.endsWith('*') && !findModel(provider, name));
    if (provider && unknown !== undefined && unknown !== null && unknown >= 0) {
      report(at(['models', unknown]), 'wrong-value', `a model of ${provider.name}, or a beginning of its name followed by *`, entry.models![unknown]!);
      return false;
    }
    return true;
  });
  const rates = readRates(document, fields.get('exchangeRates'), report);
  return providers.length + prices.length + discounts.length > 0 || rates ? { providers, prices, discounts, ...(rates && { rates }) } : null;
}

function readRates(document: Document.Parsed, node: Node | undefined, report: Report): OwnRates | null {
  if (!node) return null;
  const result = v.safeParse(exchangeRatesSchema, node.toJS(document));
  if (result.success) return result.output;
  const issue = deepest(result.issues);
  report(nodeAt(document, ['exchangeRates', ...pathOf(issue)]) ?? node, issue.type === 'strict_object' && issue.expected === 'never' ? 'unknown-key' : 'wrong-value', expectation(issue), short(issue.received.replaceAll('"', '')));
  return null;
}

function pathOf(issue: v.BaseIssue<unknown>): PropertyKey[] {
  return (issue.path ?? []).map((item) => item.key as PropertyKey);
}

/** The issue that leads furthest into the entry: of the branches of a union, the one that came closest. */
function deepest(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown> {
  const all = issues.flatMap((issue) => [issue, ...(issue.issues ? [deepest(issue.issues)] : [])]);
  return all.reduce((best, issue) => ((issue.path?.length ?? 0) > (best.path?.length ?? 0) ? issue : best));
}

function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'no such key here';
  // A message of the schema's own says more than the type: "a decimal number in quotes" instead of "string".
  if (issue.expected && issue.type !== 'check' && issue.type !== 'regex' && issue.message.startsWith('Invalid ')) return short(issue.expected.replaceAll('"', ''));
  return short(issue.message);
}

/** The node at a path, or the nearest one above it. */
function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | null {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length) as (string | number)[], true);
    if (node && typeof node === 'object' && 'range' in node) return node as Node;
  }
  return null;
}

function short(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
