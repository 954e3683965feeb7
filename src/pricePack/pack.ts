/**
 * Price packs: provider files as one JSON document that can take the place of the built-in ones. A pack replaces whole
 * providers; those it does not have stay built in, and so do those that are newer than the pack's.
 */
import * as v from 'valibot';
import { lowerProvider } from '../core/lowerProvider.js';
import type { Facts, Model, Price, PriceUnit, Provider } from '../core/model.js';
import { providerFileSchema, type ProviderFile } from '../core/providerFile.js';

const packSchema = v.strictObject({
  format: v.literal('tokenfare-price-pack'),
  version: v.literal(1),
  generatedOn: v.pipe(v.string(), v.isoDate()),
  rates: v.optional(v.strictObject({
    source: v.string(), checkedOn: v.pipe(v.string(), v.isoDate()), confidence: v.picklist(['official', 'secondary', 'claim']), note: v.optional(v.string()),
    perUsd: v.record(v.string(), v.pipe(v.number(), v.minValue(0.0001))),
  })),
  providers: v.pipe(v.array(providerFileSchema), v.minLength(1)),
});

/** A pack as read. */
export type PricePack = v.InferOutput<typeof packSchema>;

/** Largest pack that is read, in bytes. */
export const maximumPackBytes = 20_000_000;

/** Reads a pack. Throws an Error that says what is wrong and where. */
export function parsePack(text: string): PricePack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(packSchema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new Error(`not a price pack: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}

/** Writes a pack of provider files, one provider a line, so that differences can be read. */
export function packText(generatedOn: string, providers: readonly ProviderFile[], rates: PricePack['rates']): string {
  const lines = providers.map((each) => JSON.stringify(each)).join(',\n');
  return `{"format":"tokenfare-price-pack","version":1,"generatedOn":${JSON.stringify(generatedOn)},\n"rates":${JSON.stringify(rates)},\n"providers":[\n${lines}\n]}\n`;
}

/** The built-in facts with those of a pack in their place. Throws when the pack names something the tables do not have. */
export function withPack(facts: Facts, pack: PricePack): Facts {
  const packed = new Map(pack.providers.map((file) => {
    const { models, ...head } = file;
    const provider = lowerProvider(head, () => models, facts.shared);
    return [file.id, { ...provider, models: provider.models }] as const;
  }));
  const isNewer = (built: Provider): boolean => built.checkedOn > packed.get(built.id)!.checkedOn;
  const kept = facts.providers.map((built) => (packed.has(built.id) && !isNewer(built) ? packed.get(built.id)! : built));
  const added = [...packed.values()].filter((each) => !facts.providers.some((built) => built.id === each.id));
  const rates = pack.rates && pack.rates.checkedOn >= facts.rates.checkedOn ? pack.rates as Facts['rates'] : facts.rates;
  return { ...facts, providers: [...kept, ...added], rates };
}

/** One base rate that differs between two catalogs. Amounts are decimal strings; null = not there. */
export interface PriceDifference {
  readonly provider: string;
  readonly model: string;
  readonly unit: PriceUnit;
  readonly currency: string;
  readonly per: number;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What changes from the ISO day `day` on when `after` takes the place of `before`: rates without conditions, by provider,
 * model and unit. Prices that ended before are history and not shown.
 */
export function differences(before: Facts, after: Facts, day: string): readonly PriceDifference[] {
  const result: PriceDifference[] = [];
  for (const provider of after.providers) {
    const old = before.providers.find((each) => each.id === provider.id);
    if (old === provider) continue;
    const models = new Map<string, { old?: Model; now?: Model }>();
    for (const model of old?.models ?? []) models.set(model.id, { old: model });
    for (const model of provider.models) models.set(model.id, { ...models.get(model.id), now: model });
    for (const [id, { old: was, now }] of models) {
      const rates = new Map<string, { before?: [Price, string, number]; after?: [Price, string, number] }>();
      const collect = (model: Model | undefined, side: 'before' | 'after'): void => {
        for (const price of model?.prices ?? []) {
          if (price.validTo !== undefined && price.validTo <= day) continue;
          const from = price.validFrom !== undefined && price.validFrom > day ? price.validFrom : '';
          for (const component of price.components) {
            if (component.when && component.when.window !== 'off-peak') continue;
            const key = `${component.unit}|${price.currency}|${price.endpoints?.join(',') ?? ''}|${from}`;
            rates.set(key, { ...rates.get(key), [side]: [price, component.amount, component.per] });
          }
        }
      };
      collect(was, 'before');
      collect(now, 'after');
      for (const [key, { before: was1, after: now1 }] of rates) {
        if (was1?.[1] === now1?.[1] && was1?.[2] === now1?.[2]) continue;
        result.push({
          provider: provider.id, model: id, unit: key.split('|')[0] as PriceUnit, currency: (was1 ?? now1)![0].currency, per: (now1 ?? was1)![2],
          before: was1?.[1] ?? null, after: now1?.[1] ?? null,
        });
      }
    }
  }
  return result;
}
