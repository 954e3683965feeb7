/**
 * Spells out what provider files inherit: `source`, `checkedOn` and `confidence` come from `defaults.<kind>` or else
 * from the provider; `operation` defaults to chat, `per` to one million for tokens and characters and to one otherwise.
 */
import { tokenizerFamilyOf } from './tokenizerFamily.js';
import type {
  Auth, Charge, Delivery, Endpoint, FreeAllowance, InjectedTokens, Latency, Model, Plan, Price, PriceComponent,
  PriceUnit, Provenance, Provider, ProviderFact, Quality, Retirement, SharedTables,
} from './model.js';
import type { ComponentFile, ModelFile, PriceFile, ProviderHead, SpreadFile } from './providerFile.js';

type Above = Pick<Provenance, 'source' | 'checkedOn' | 'confidence'>;

const wholeUnits: ReadonlySet<PriceUnit> = new Set(['image', 'second', 'minute', 'page', 'request', 'search', 'transaction']);

function lowerSpread(value: SpreadFile) {
  return typeof value === 'number' ? { low: value, likely: value, high: value } : value;
}

/** Spells out how many units an amount is for. */
export function lowerComponent(each: ComponentFile): PriceComponent {
  return { ...each, per: each.per ?? (wholeUnits.has(each.unit) ? 1 : 1_000_000) } as PriceComponent;
}

/** Spells out what a price inherits. */
export function lowerPrice(file: PriceFile, above: Above, defaults: Partial<PriceFile>, tables: SharedTables): Price {
  const { peak: hours, ...rest } = { ...defaults, ...file };
  const calendar = hours?.calendar === undefined ? undefined : tables.calendars[hours.calendar];
  if (hours?.calendar !== undefined && !calendar) throw new Error(`unknown calendar ${hours.calendar}`);
  return {
    ...above,
    currency: 'USD',
    ...rest,
    ...(hours && {
      peak: {
        utcOffsetMinutes: hours.utcOffsetMinutes, weekdays: hours.weekdays, hours: hours.hours,
        ...(calendar ? { holidays: calendar.days, holidaysKnownUntil: calendar.knownUntil } : {}),
        ...(hours.holidays && { holidays: hours.holidays }), ...(hours.holidaysKnownUntil && { holidaysKnownUntil: hours.holidaysKnownUntil }),
      },
    }),
    components: file.components.map(lowerComponent),
  } as Price;
}

function named<T>(table: Readonly<Record<string, T>>, name: string | undefined, what: string, where: string): T | undefined {
  if (name === undefined) return undefined;
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!entry) throw new Error(`${where}: unknown ${what} ${name}`);
  return entry;
}

/** Spells out what a model inherits. What its prices say about caching and batch are capabilities, too. */
export function lowerModel(file: ModelFile, head: Pick<ProviderHead, 'id' | 'defaults'>, above: Above, tables: SharedTables): Model {
  const { capabilities, tokenizerFamily, imageRule, mediaRule, retirement: end, quality: scores, prices, ...rest } = file;
  const where = `${head.id}/${file.id}`;
  const image = named(tables.imageRules, imageRule, 'image rule', where);
  const media = named(tables.mediaRules, mediaRule, 'media rule', where);
  const components = (prices ?? []).flatMap((each) => each.components);
  const priced = [
    ...(components.some((each) => each.unit === 'cached-input-token') ? ['caching' as const] : []),
    ...(components.some((each) => each.when?.tier === 'batch') ? ['batch' as const] : []),
  ];
  const all = [...new Set([...(capabilities ?? []), ...priced])];
  return {
    operation: 'chat',
    ...named(tables.tokenizers, tokenizerFamilyOf(file.id, tokenizerFamily ?? 'unlisted', tables.tokenizerRules), 'tokenizer family', where)!,
    ...rest,
    ...(all.length > 0 && { capabilities: all }),
    ...(image && { imageRule: image }),
    ...(media && { mediaRule: media }),
    ...(scores && { quality: scores.map((each) => ({ ...above, ...each }) as Quality) }),
    ...(end && { retirement: { ...above, ...head.defaults?.retirement, ...end } as Retirement }),
    prices: (prices ?? []).map((each) => lowerPrice(each, above, head.defaults?.price ?? {}, tables)),
  } as Model;
}

/**
 * Spells out everything a provider file inherits. `models` is called once, when somebody first asks for them.
 * Throws on names that the shared tables do not have.
 */
export function lowerProvider(head: ProviderHead, models: () => readonly ModelFile[], tables: SharedTables): Provider {
  const { defaults, endpoints, auth, delivery, latency, charges, injectedTokens, plans, freeAllowances, facts, ...rest } = head;
  const above: Above = { source: head.source, checkedOn: head.checkedOn, confidence: head.confidence };
  let lowered: readonly Model[] | null = null;
  return {
    ...rest,
    endpoints: endpoints.map((each) => ({ ...above, ...defaults?.endpoint, ...each }) as Endpoint),
    ...(auth && { auth: { ...above, ...auth } as Auth }),
    ...(delivery && { delivery: { ...above, ...delivery, ...(delivery.pollSeconds !== undefined && { pollSeconds: lowerSpread(delivery.pollSeconds) }) } as Delivery }),
    ...(latency && { latency: latency.map((each) => ({ ...above, ...each, addedMs: lowerSpread(each.addedMs) }) as Latency) }),
    ...(charges && { charges: charges.map((each) => ({ ...above, ...each, ...(each.unit && { per: each.per ?? (wholeUnits.has(each.unit) ? 1 : 1_000_000), currency: each.currency ?? 'USD' }) }) as Charge) }),
    ...(injectedTokens && { injectedTokens: { ...above, ...injectedTokens, factor: lowerSpread(injectedTokens.factor) } as InjectedTokens }),
    ...(plans && { plans: plans.map((each) => ({ ...above, ...each, ...(Array.isArray(each.overage) && { overage: each.overage.map(lowerComponent) }) }) as Plan) }),
    ...(freeAllowances && { freeAllowances: freeAllowances.map((each) => ({ ...above, ...each }) as FreeAllowance) }),
    ...(facts && { facts: facts.map((each) => ({ ...above, ...defaults?.fact, ...each }) as ProviderFact) }),
    get models() {
      lowered ??= models().map((each) => lowerModel(each, head, above, tables));
      return lowered;
    },
  } as Provider;
}
