/** Where the data of a call goes, hop by hop, who made the model, and what is kept and trained on. */
import { findProvider } from './lookup.js';
import type { CallSite, Certainty, DataTerms, Declaration, Destination, Endpoint, Facts, ModelMaker, PlaceReason, Provider, ProviderId, ResidencyTable, Zone } from './model.js';

/** One station on the way. `upstream` = where a gateway passes the call on to. */
export interface Hop {
  readonly role: 'provider' | 'gateway' | 'upstream';
  readonly provider: ProviderId;
  readonly name: string;
  readonly storageZone: Zone;
  readonly inferenceZone: Zone;
  /** Of the inference zone; `storageCertainty` of the other. */
  readonly certainty: Certainty;
  readonly storageCertainty: Certainty;
}

export interface Flow {
  readonly hops: readonly Hop[];
  /** Country of the model's maker; null when the model is not known. */
  readonly origin: string | null;
  readonly maker: string | null;
  /** Days that prompts may be kept; null = not documented. */
  readonly retentionDays: number | null;
  /** `contract`: can be had on request, the code does not show whether it was. */
  readonly zeroRetention: 'yes' | 'contract' | 'no' | 'unknown';
  readonly training: NonNullable<DataTerms['training']> | 'unknown';
  readonly termsAreOfficial: boolean;
  readonly because: PlaceReason | null;
}

/** The flow of a call as the code and the configuration's declarations tell it. `today` is an ISO day. */
export function flowOf(call: CallSite, facts: Facts, declarations: readonly Declaration[], today: string): Flow {
  const { destination } = call;
  const provider = findProvider(facts, destination.provider);
  const { residency } = facts.shared;
  const maker = makerOf(call.request.model.values, residency);
  const carrier = destination.upstream ? findProvider(facts, destination.upstream.provider) : provider;
  const terms = termsIn(residency, carrier?.id ?? '', destination.upstream?.storageZone ?? destination.storageZone) ?? (provider?.local ? residency.terms['ollama'] : undefined);
  const own = declarationFor(destination, call.request.model.values, declarations, today);
  const asks = destination.asks ?? [];
  const isZero = own?.zeroRetention === true || asks.includes('zero-retention') || terms?.zeroRetention === 'default';
  const first: Hop = {
    role: provider?.gateway ? 'gateway' : 'provider', provider: destination.provider, name: provider?.name ?? destination.provider,
    storageZone: destination.storageZone, inferenceZone: destination.inferenceZone, certainty: destination.certainty, storageCertainty: destination.storageCertainty ?? destination.certainty,
  };
  return {
    hops: destination.upstream ? [first, { role: 'upstream', ...destination.upstream, name: carrier?.name ?? destination.upstream.provider, storageCertainty: destination.upstream.certainty }] : [first],
    origin: maker?.origin ?? null, maker: maker?.maker ?? null,
    retentionDays: own?.retentionDays ?? (isZero ? 0 : terms?.retentionDays ?? null),
    zeroRetention: isZero ? 'yes' : own?.zeroRetention === false ? 'no' : terms?.zeroRetention === 'contract' || terms?.zeroRetention === 'option' ? 'contract' : terms?.retentionDays ? 'no' : 'unknown',
    training: own?.training === false || asks.includes('no-training') ? 'no' : own?.training === true ? 'yes' : terms?.training ?? 'unknown',
    termsAreOfficial: terms?.confidence === 'official',
    because: destination.because ?? null,
  };
}

/** A provider's terms, where they hold. */
function termsIn({ terms }: ResidencyTable, provider: string, zone: Zone): DataTerms | undefined {
  const found = terms[provider];
  return found?.exceptIn?.includes(zone) ? undefined : found;
}

/** The flow that a call would have at an endpoint of the catalog, for alternatives. */
export function flowAt(provider: Provider, endpoint: Endpoint, model: string | null, facts: Pick<Facts, 'shared'>): Flow {
  const { residency } = facts.shared;
  const terms = termsIn(residency, provider.id, endpoint.storageZone);
  const maker = model === null ? null : makerOf([model], residency);
  return {
    hops: [{ role: provider.gateway ? 'gateway' : 'provider', provider: provider.id, name: provider.name, storageZone: endpoint.storageZone, inferenceZone: endpoint.inferenceZone, certainty: endpoint.certainty, storageCertainty: endpoint.certainty }],
    origin: maker?.origin ?? null, maker: maker?.maker ?? null, retentionDays: terms?.retentionDays ?? null,
    zeroRetention: terms?.zeroRetention === 'default' ? 'yes' : terms?.zeroRetention ? 'contract' : terms?.retentionDays ? 'no' : 'unknown',
    training: terms?.training ?? 'unknown', termsAreOfficial: terms?.confidence === 'official', because: null,
  };
}

/** A destination with the zones that somebody declared for it, as likely: no code shows them. */
export function declared(destination: Destination, models: readonly string[], declarations: readonly Declaration[], today: string): Destination {
  const own = declarationFor(destination, models, declarations, today);
  if (!own || (own.storageZone === undefined && own.inferenceZone === undefined)) return destination;
  const storageZone = own.storageZone ?? destination.storageZone;
  const inferenceZone = own.inferenceZone ?? own.storageZone ?? destination.inferenceZone;
  const { because: _because, storageCertainty: _certainty, ...rest } = destination;
  return { ...rest, storageZone, inferenceZone, certainty: 'likely', declared: true };
}

function declarationFor(destination: Destination, models: readonly string[], declarations: readonly Declaration[], today: string): Declaration | null {
  const host = hostOf(destination);
  const fitting = declarations.filter((each) => each.provider === destination.provider
    && (each.validTo === undefined || today < each.validTo)
    && (each.host === undefined || each.host === host)
    && (each.deployment === undefined || (models.length > 0 && models.every((name) => name === each.deployment))));
  // The one that says most of what it is about.
  const weight = (each: Declaration): number => Number(each.host !== undefined) + Number(each.deployment !== undefined);
  return [...fitting].sort((a, b) => weight(b) - weight(a))[0] ?? null;
}

/** Host of a destination's address, without port and credentials; null when unknown. */
export function hostOf(destination: Pick<Destination, 'url'>): string | null {
  const host = destination.url ? destination.url.replace(/^[a-z]+:\/\//i, '').split('/')[0]!.replace(/^.*@/, '').replace(/:443$/, '') : '';
  // A pattern of the catalog is no host.
  return host === '' || host.includes('*') ? null : host;
}

/** Maker of the models that code may choose; null when unknown or when they are of several countries. */
export function makerOf(names: readonly string[], residency: ResidencyTable): ModelMaker | null {
  let found: ModelMaker | null = null;
  for (const name of names) {
    const maker = makerOfOne(name, residency);
    if (!maker || (found && found.origin !== maker.origin)) return null;
    found ??= maker;
  }
  return found;
}

function makerOfOne(name: string, { makers, modelPrefixes }: ResidencyTable): ModelMaker | null {
  let bare = name.toLowerCase().trim();
  if (/^(?:ep-|arn:|ft:$)/.test(bare)) return null;
  bare = bare.replace(/^ft:/, '').replace(/^(?:publishers\/[^/]+\/)?models\//, '');
  const prefix = Object.keys(modelPrefixes['aws-bedrock'] ?? {}).find((each) => bare.startsWith(each));
  if (prefix) bare = bare.slice(prefix.length);
  const parts = bare.split(/[/:@]/);
  for (const part of parts.slice(0, -1)) {
    const vendor = makers.find((each) => each.vendors.includes(part));
    // Hosts stand in front of other makers' models: `groq/llama`, `openai/gpt-oss` of a proxy.
    if (vendor && parts.length <= 2) return byName(parts.at(-1)!, makers) ?? vendor;
  }
  const dotted = /^([a-z0-9-]+)\.(.+)$/.exec(bare);
  const vendor = dotted ? makers.find((each) => each.vendors.includes(dotted[1]!)) : undefined;
  return vendor ?? byName(parts.at(-1)!, makers) ?? byName(parts[0]!, makers);
}

function byName(name: string, makers: readonly ModelMaker[]): ModelMaker | null {
  let best: ModelMaker | null = null;
  let length = 0;
  for (const maker of makers) {
    for (const start of maker.names) if (name.startsWith(start) && start.length > length) { best = maker; length = start.length; }
  }
  return best;
}
