/** What may be written at a place of a YAML file, and what a key of it means, by its JSON Schema. */
import { branchesOf, descriptionOf, schemasAt, typesOf, valuesOf, type JsonSchema, type SchemaPath } from './jsonSchema.js';
import type { TextRange } from './model.js';
import { placeAt, scalarAt, type YamlPlace } from './yamlPlace.js';

/** One thing that can be written. `insert` is a snippet in which `$0` is where the cursor ends. */
export interface SchemaCompletion {
  readonly label: string;
  readonly insert: string;
  readonly kind: 'key' | 'value';
  readonly detail: string;
  readonly description?: string;
  readonly required: boolean;
}

/** Values that the schema cannot know: ids of the catalog, today. `beside`: scalars of the same map. */
export type SuggestValues = (path: SchemaPath, beside: Readonly<Record<string, unknown>>, schemas: readonly JsonSchema[]) => readonly { readonly value: string; readonly detail: string }[];

/** What is known about a key, for a hover. */
export interface SchemaNote {
  readonly range: TextRange;
  readonly name: string;
  readonly types: readonly string[];
  readonly description?: string;
  readonly values: readonly string[];
  readonly required: boolean;
  readonly defaultValue?: string;
}

const maximumValues = 400;

/** Completions at `offset`, keys that must be there first. Empty where nothing is known. */
export function completionsAt(root: JsonSchema, text: string, offset: number, suggest: SuggestValues): { readonly replace: TextRange; readonly items: readonly SchemaCompletion[] } {
  const place = placeAt(text, offset);
  if (!place) return { replace: { start: offset, end: offset }, items: [] };
  const here = schemasAt(root, place.path);
  const keys = place.wantsKey ? keysOf(root, here, place) : [];
  return { replace: place.word, items: [...keys, ...(place.wantsValue || keys.length === 0 && !place.wantsKey ? valueItems(root, here, place, suggest) : []), ...namesOf(root, here, place, suggest)] };
}

function keysOf(root: JsonSchema, here: readonly JsonSchema[], place: YamlPlace): SchemaCompletion[] {
  const found = new Map<string, SchemaCompletion>();
  for (const { properties, required } of here) {
    for (const [name, schema] of Object.entries(properties ?? {})) {
      if (place.taken.includes(name) || found.has(name)) continue;
      const branches = branchesOf(root, schema);
      const description = descriptionOf(root, schema);
      found.set(name, {
        label: name, kind: 'key', insert: place.hasColon ? name : `${name}:${afterColon(branches, place)}`, detail: typeWords(branches).join(' | '),
        ...(description !== undefined && { description }), required: required?.includes(name) ?? false,
      });
    }
  }
  return [...found.values()].sort((a, b) => Number(b.required) - Number(a.required));
}

/** What follows the colon of a new key. */
function afterColon(branches: readonly JsonSchema[], { flow, afterDash }: YamlPlace): string {
  const types = new Set(branches.flatMap(typesOf));
  const items = branches.find((each) => each.items !== undefined)?.items;
  const deeper = afterDash ? '\n    ' : '\n  ';
  const holdsMaps = items !== undefined && !Array.isArray(items) && typesOf(items as JsonSchema).includes('object');
  if (types.has('array') && !types.has('string')) return flow || !holdsMaps ? ' [$0]' : `${deeper}- $0`;
  if (types.has('object') && types.size === 1) return flow ? ' { $0 }' : `${deeper}$0`;
  // Decimals are text, so that no digit is lost.
  return branches.some((each) => each.pattern?.startsWith('^\\d')) ? " '$0'" : ' $0';
}

function valueItems(root: JsonSchema, here: readonly JsonSchema[], place: YamlPlace, suggest: SuggestValues): SchemaCompletion[] {
  const given = suggest(place.path, place.beside, here);
  const own: SchemaCompletion[] = [
    ...valuesOf(here).map((value): SchemaCompletion => ({ label: String(value), insert: scalarText(value), kind: 'value', detail: '', required: false })),
    ...given.map(({ value, detail }): SchemaCompletion => ({ label: value, insert: scalarText(value), kind: 'value', detail, required: false })),
  ];
  // `allowedZones: ` on one line: a list of one.
  const items = place.atLineStart || place.flow ? [] : here.flatMap(({ items: each }) => (each && !Array.isArray(each) ? [each as JsonSchema] : []));
  const inner = items.flatMap((each) => branchesOf(root, each));
  const ofList = items.length === 0 ? [] : [...valuesOf(inner).map((value) => ({ value: String(value), detail: '' })), ...suggest([...place.path, 0], place.beside, inner)];
  return [...own, ...ofList.map(({ value, detail }): SchemaCompletion => ({ label: `[${value}]`, insert: `[${scalarText(value)}$0]`, kind: 'value', detail, required: false }))].slice(0, maximumValues);
}

/** Names of a map whose keys are free, when the schema or the catalog lists some (deployments have none). */
function namesOf(root: JsonSchema, here: readonly JsonSchema[], place: YamlPlace, suggest: SuggestValues): SchemaCompletion[] {
  if (!place.wantsKey) return [];
  const listed = here.flatMap(({ propertyNames }) => (propertyNames ? valuesOf(branchesOf(root, propertyNames)) : []));
  const given = suggest([...place.path, '{}'], place.beside, here);
  return [...listed.map((value) => ({ value: String(value), detail: '' })), ...given].filter(({ value }) => !place.taken.includes(value))
    .map(({ value, detail }) => ({ label: value, insert: place.hasColon ? scalarText(value) : `${scalarText(value)}: $0`, kind: 'key', detail, required: false }));
}

/** A value as YAML reads it back: quoted where it would be something else, `$` kept from being a snippet's. */
function scalarText(value: string | number | boolean): string {
  const text = String(value);
  const quoted = typeof value === 'string' && (/^[\d.+-]+$/.test(text) || /^(?:true|false|null|yes|no|on|off|~)$/i.test(text) || /^[@`&*!|>%?{}[\]#"']|: |:$| #|^[-?:] /.test(text) || text === '');
  return (quoted ? `'${text.replaceAll("'", "''")}'` : text).replace(/[\\$}]/g, '\\$&');
}

/** What the schema says about the key or value at `offset`; null where it says nothing. */
export function noteAt(root: JsonSchema, text: string, offset: number): SchemaNote | null {
  const scalar = scalarAt(text, offset);
  if (!scalar) return null;
  const here = schemasAt(root, scalar.path);
  const name = [...scalar.path].reverse().find((step): step is string => typeof step === 'string');
  if (here.length === 0 || name === undefined) return null;
  const description = here.find((each) => each.description !== undefined)?.description;
  const fallback = here.find((each) => each.default !== undefined)?.default;
  const parents = typeof scalar.path.at(-1) === 'string' ? schemasAt(root, scalar.path.slice(0, -1)) : [];
  return {
    range: scalar.range, name, types: typeWords(here), values: valuesOf(here).filter((each) => typeof each !== 'boolean').map(String),
    required: parents.some(({ required }) => required?.includes(name)), ...(description !== undefined && { description }),
    ...(fallback !== undefined && { defaultValue: typeof fallback === 'string' ? fallback : JSON.stringify(fallback) }),
  };
}

function typeWords(branches: readonly JsonSchema[]): readonly string[] {
  return [...new Set(branches.flatMap((each) => (each.format === 'date' ? ['day'] : typesOf(each))))];
}
