/** Gathers the provider files into the tables the engine takes. Models are parsed and lowered when first asked for. */
import { lowerProvider } from './core/lowerProvider.js';
import type { DataTerms, ExchangeRates, Facts, ImageRule, InsightTable, MediaRule, Provenance, ProviderFact, ResidencyTable, SharedTables } from './core/model.js';
import type { ModelFile, ProviderHead } from './core/providerFile.js';
import { articlesFile, holidaysFile, imageRulesFile, insightsFile, providerFiles, ratesFile, residencyFile, tokenizerFamiliesFile } from './providers/index.js';

type Entries<T> = Readonly<Record<string, Omit<T, keyof Provenance> & Partial<Provenance>>>;
type Inheriting = Pick<Provenance, 'source' | 'checkedOn' | 'confidence'>;

function inherit<T>(entries: Entries<T>, { source, checkedOn, confidence }: Inheriting): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { source, checkedOn, confidence, ...entry } as T]));
}

const rules = imageRulesFile as Inheriting & { readonly images: Entries<ImageRule>; readonly media: Entries<MediaRule> };

const known = insightsFile as Inheriting & InsightTable;
const places = residencyFile as Inheriting & Omit<ResidencyTable, 'terms'> & { readonly terms: Entries<DataTerms> };

const shared: SharedTables = {
  tokenizers: (tokenizerFamiliesFile as { readonly families: SharedTables['tokenizers'] }).families,
  tokenizerRules: (tokenizerFamiliesFile as { readonly rules: SharedTables['tokenizerRules'] }).rules,
  imageRules: inherit(rules.images, rules),
  mediaRules: inherit(rules.media, rules),
  insights: {
    ...known, silentTruncation: inherit(known.silentTruncation, known), changedEndpoints: inherit(known.changedEndpoints, known), droppedFormats: inherit(known.droppedFormats, known),
    unstableBindings: inherit(known.unstableBindings, known), inputKinds: inherit(known.inputKinds, known), retiredForms: inherit(known.retiredForms, known),
  },
  residency: { ...places, terms: inherit<DataTerms>(places.terms, places) },
  calendars: (holidaysFile as { readonly calendars: SharedTables['calendars'] }).calendars,
};

/** All tables of facts: providers in the order of providers/index.ts, and the dated exchange rates. */
export const facts: Facts = {
  providers: providerFiles.map(({ head, models }) => lowerProvider(head as ProviderHead, () => JSON.parse(models) as ModelFile[], shared)),
  rates: ratesFile as ExchangeRates,
  shared,
};

const articleClaims = articlesFile as Inheriting & { readonly facts: readonly (Omit<ProviderFact, keyof Provenance> & Partial<Provenance>)[] };

/** Claims of the three articles that belong to no single provider. */
export const claims: readonly ProviderFact[] = articleClaims.facts.map((fact) => (
  { source: articleClaims.source, checkedOn: articleClaims.checkedOn, confidence: articleClaims.confidence, ...fact }));
