/** Notes on a call for the terminal: what ends or changes soon, and how old its price is. */
import { daysBetween } from '../core/format.js';
import { closestModels, findModel, findProvider } from '../core/lookup.js';
import type { CallSite, Cost, Facts } from '../core/model.js';
import { dayMessage, english, priceChangeMessage, priceSourceMessage } from '../messages.js';

/** What is about to end or change for a call, and how old its price is. */
export function notesOf(call: CallSite, facts: Facts, today: string): string[] {
  const provider = findProvider(facts, call.destination.provider);
  const { cost } = call.estimate;
  const name = call.request.model.values[0];
  const end = provider && call.model ? findModel(provider, call.model)?.retirement : undefined;
  const similar = cost.reason === 'unknown-model' && provider && name ? closestModels(facts, name, provider).map((each) => each.model.id) : [];
  return [
    ...(end ? [english((daysBetween(today.slice(0, 10), end.on) ?? 0) < 0 ? '{0} was shut down on {1}.' : '{0} shuts down on {1}.', call.model!, dayMessage(end.on, today, english)).replace(/\.$/, '') + (end.replacement ? `, replacement ${end.replacement}` : '')] : []),
    ...(similar.length > 0 ? [`similar names: ${similar.join(', ')}`] : []),
    ...[priceChangeMessage(cost, today, english), sourceOf(cost, today)].filter((each) => each !== null),
  ];
}

function sourceOf(cost: Cost, today: string): string | null {
  const source = priceSourceMessage(cost, today.slice(0, 10), english);
  return source && english('prices: {0}', source);
}
