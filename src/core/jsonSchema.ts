/** Finding one's way in a JSON Schema (draft 7): what may stand at a path of a document. Pure; knows nothing of YAML. */

/** The part of a JSON Schema that editing help needs. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** Keys of maps and indexes of lists, from the root of a document. */
export type SchemaPath = readonly (string | number)[];

const maximumDepth = 20;

/** The schema itself and everything it refers to or is a choice of, references followed; `schema` comes first. */
export function branchesOf(root: JsonSchema, schema: JsonSchema, depth = 0): readonly JsonSchema[] {
  if (depth > maximumDepth) return [];
  const inner = [...schema.anyOf ?? [], ...schema.oneOf ?? [], ...schema.allOf ?? []];
  const name = schema.$ref === undefined ? null : /^#\/definitions\/(.+)$/.exec(schema.$ref)?.[1];
  const referred = name ? root.definitions?.[name] : undefined;
  return [schema, ...(referred ? [referred] : []), ...inner].flatMap((each) => (each === schema ? [each] : branchesOf(root, each, depth + 1)));
}

/** Schemas that a value at `path` may follow, choices spread out; empty when nothing is allowed there. */
export function schemasAt(root: JsonSchema, path: SchemaPath): readonly JsonSchema[] {
  let here = branchesOf(root, root);
  for (const step of path) {
    here = here.flatMap((schema) => {
      const next = typeof step === 'number' ? itemOf(schema, step) : memberOf(schema, step);
      return next ? branchesOf(root, next) : [];
    });
  }
  return here;
}

function itemOf({ items }: JsonSchema, index: number): JsonSchema | undefined {
  return Array.isArray(items) ? (items as readonly JsonSchema[])[index] : items as JsonSchema | undefined;
}

function memberOf({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** First of the branches' descriptions. */
export function descriptionOf(root: JsonSchema, schema: JsonSchema): string | undefined {
  return branchesOf(root, schema).find((each) => each.description !== undefined)?.description;
}

/** Values that the schemas name one by one, in order, without repetition. */
export function valuesOf(schemas: readonly JsonSchema[]): readonly (string | number | boolean)[] {
  const values = schemas.flatMap((each) => [
    ...(each.enum ?? []), ...(each.const !== undefined ? [each.const] : []), ...(typesOf(each).includes('boolean') ? [true, false] : []),
  ]);
  return [...new Set(values.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)))] as (string | number | boolean)[];
}

/** Types that a schema names. */
export function typesOf({ type }: JsonSchema): readonly string[] {
  return typeof type === 'string' ? [type] : type ?? [];
}
