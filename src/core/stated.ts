/** Calls that a file states outright, without code: a prompt file's model, an entry of a configuration. */
import { type DetectedCall, argumentReader } from './detect.js';
import type { StatedCall } from './expression.js';
import type { Resolver } from './resolve.js';
import type { CallReader, Sdk } from './sdk.js';

/** What detection would find, had it been code: the entry is construction and call at once. */
export function detectStated(stated: readonly StatedCall[], resolver: Resolver, sdks: readonly Sdk[]): DetectedCall[] {
  return stated.flatMap(({ sdk: id, method: path, call }): DetectedCall[] => {
    const sdk = sdks.find((each) => each.id === id);
    const method = sdk?.methods.find((each) => each.path.join('.') === path);
    if (!sdk || !method) return [];
    const own = argumentReader(call, resolver, null, 'shell');
    const reader: CallReader = {
      ecosystem: 'shell', call, evaluate: (expression) => resolver.evaluate(expression, null), chained: () => [], isOnInstance: false, others: [],
      arguments: own, construction: own, argumentsOf: () => null,
    };
    return [{
      sdk, method, client: sdk.clients[0] ?? null, clientSymbol: null, construction: null, isConstructed: true, isAmbiguous: false, branches: () => [],
      constructionArguments: own, packageSymbol: null, call, calleeRange: call.callee.range, reader, callee: call.callee, preset: null,
    }];
  });
}
