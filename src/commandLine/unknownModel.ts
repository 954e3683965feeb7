import { closestModels } from '../core/lookup.js';
import type { Facts, Provider } from '../core/model.js';

/** What to say of a model that the catalog (or `provider`) does not have: `consequence`, and the names nearest to it. */
export function unknownModel(facts: Facts, name: string, provider: Provider | null, consequence: string): string {
  const similar = closestModels(facts, name, provider).map((each) => `${each.model.id} (${each.provider.id})`);
  return `model "${name}" is not in the catalog${provider ? ` of ${provider.id}` : ''}: ${consequence}${similar.length > 0 ? `; similar names: ${similar.join(', ')}` : ''}`;
}
