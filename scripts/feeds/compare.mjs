/**
 * Which source wins, and where sources disagree. Precedence: what the catalog holds from a vendor's own page or from a
 * hand-kept list goes before every feed; among feeds the order is that of `precedence`; within one rank the newest date.
 */

/** Feeds, the most trusted first. */
export const precedence = ['genai-prices', 'models.dev', 'litellm'];

/** A disagreement of more than this must be explained in differences.yaml. */
export const tolerance = 0.05;

/**
 * Base rates of the catalog for a feed's rows: `[{ row, model, unit, ours, theirs, ratio, price }]` for every rate that
 * both have in USD. `catalog`: what `loadCatalog` gives.
 */
export function comparisons(catalog, snapshot, day) {
  const { facts, findModel, findProvider, priceOn } = catalog;
  return snapshot.rows.flatMap((row) => {
    const provider = findProvider(facts, row.provider);
    const model = provider && findModel(provider, row.model);
    if (!model) return [];
    const endpoints = [provider.defaultEndpoint?.['*'], ...provider.endpoints.map((each) => each.id)];
    const price = endpoints.map((endpoint) => priceOn(model, endpoint ?? null, day, 'USD')).find((each) => each?.currency === 'USD');
    if (!price) return [];
    return [['input-token', row.input], ['output-token', row.output]].flatMap(([unit, theirs]) => {
      const component = price.components.find((each) => each.unit === unit && (!each.when || each.when.window === 'off-peak'));
      if (!component || theirs === undefined) return [];
      const ours = Number(component.amount) * (1_000_000 / component.per);
      const ratio = ours === 0 || Number(theirs) === 0 ? (ours === Number(theirs) ? 1 : Infinity) : Number(theirs) / ours;
      return [{ row, model: model.id, unit, ours: String(ours), theirs, ratio, price }];
    });
  });
}

/** Those beyond the tolerance. */
export const disagreements = (all) => all.filter(({ ratio }) => Math.abs(ratio - 1) > tolerance);

/** Whether a written note explains a disagreement. `note`: `{ provider, model, feed?, unit?, why, date }`, model with trailing `*`. */
export function explains(note, { row, model, unit }, feed) {
  const matches = (pattern, name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name);
  return note.provider === row.provider && (matches(note.model, row.model) || matches(note.model, model))
    && (note.feed === undefined || note.feed === feed) && (note.unit === undefined || note.unit === unit);
}

/** Rows of a feed that the catalog has no model for. */
export function unknownRows({ facts, findModel, findProvider }, snapshot) {
  return snapshot.rows.filter((row) => { const provider = findProvider(facts, row.provider); return provider && !findModel(provider, row.model); });
}
