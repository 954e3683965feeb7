/** The steps of the pipeline in order, and the sessions that keep a document's tree between edits. */
import { alternatives as chooseAlternatives } from './alternatives.js';
import { annotationsOf } from './annotate.js';
import { comparedRows } from './comparison.js';
import { siteName } from './attribution.js';
import { type Countable, type Counted, count } from './count.js';
import { type EndpointLookup, destinationsOf, usualDestination } from './destination.js';
import { type DetectedCall, compileNeedles, detect, ecosystemOf } from './detect.js';
import type { DocumentSession, Engine, EngineOptions, EngineTables } from './engine.js';
import { environmentValue } from './environmentFile.js';
import type { CallExpression, Language, Program } from './expression.js';
import { check } from './findings.js';
import { fencesOf, markdownExtensions, openFences } from './fences.js';
import { inspectedCall } from './inspect.js';
import { indexLines } from './lines.js';
import { withLocalMedia } from './localMedia.js';
import { findEndpoint, findModel, findModelAnywhere, findProvider, modelOfConstant } from './lookup.js';
import type {
  Alternative, Analysis, Assumption, CallSite, Configuration, Endpoint, Destination, Estimate, Facts, LanguageId, Model, Operation, PromptPart, Protocol, Provider, Request, ResolvedText, SkipReason, TextRange, Finding,
} from './model.js';
import { withOwn } from './ownCatalog.js';
import { averageFor, calibrationIn, withMeasured, withMeasuredHoles } from './measured.js';
import { type ParsedDocument, createParsers } from './parse.js';
import { type Origin, below, createModules, isTest } from './project.js';
import { type ProjectReader, type ReadingTools, createWords, importsReachCalls, openReader } from './projectReader.js';
import { price, pricedOptions, withCache } from './price.js';
import { repetitionsOf } from './repetition.js';
import { declared } from './residency.js';
import { createResolver } from './resolve.js';
import { type ForwardedCall, forwardedCalls } from './forwarders.js';
import { isOwn, throughOf, withCallers, withoutPlaces } from './forwardedSite.js';
import type { ProjectSettings, Sdk } from './sdk.js';
import { detectStated } from './stated.js';
import { billedThrough, upstreamOf } from './upstream.js';
import { isPlaceMove, switchPlace } from './switchPlace.js';
import { type SwitchParts, type SwitchableCall, noCompatibility, switchProvider } from './switchProvider.js';
import { alipayMove } from './alipayMove.js';
import { extractAdapter } from './extractAdapter.js';
import { sdksFor, sourceOf, switchSdk } from './switchSdk.js';
import { usageOf } from './usage.js';
import { type Value, candidates, resolvedText } from './value.js';

/** Longest text that is analyzed, in UTF-16 code units. */
const maximumLength = 2_000_000;
/** A line longer than this in a large file means minified or generated code. */
const maximumLineLength = 20_000;

const emptyAnalysis: Analysis = { calls: [], findings: [], forwards: [], skipped: null };

/** Stands for a prompt that is handed over in a way that cannot be read. */
const unreadPrompt: PromptPart = { kind: 'message', role: 'unknown', pieces: [{ kind: 'hole', name: 'prompt', range: null }], alternatives: [], repeated: false, range: null };

/** Counts for models that are not in the catalog, and for most that are. */
const commonFamily = 'o200k_base';

/** What counting and pricing need of a call. */
interface CallShape {
  readonly request: Request;
  readonly operation: Operation;
  readonly protocol: Protocol | null;
}

/** Builds the engine from tables and loaders. `prepare` must be awaited for a language before `open`. */
export function composeEngine(tables: EngineTables, options: EngineOptions): Engine {
  const { languages, sdks, switchSdks = [], compatibilityOf = noCompatibility } = tables;
  let base = tables.facts;
  const tokenizers = tables.createTokenizers(options.loadVocabulary);
  const lookups = new WeakMap<Facts, Omit<EndpointLookup, 'environment'>>();
  const lookupIn = (facts: Facts): Omit<EndpointLookup, 'environment'> => {
    let lookup = lookups.get(facts);
    if (!lookup) lookups.set(facts, lookup = {
      provider: (id) => findProvider(facts, id),
      findEndpoint: (url) => findEndpoint(facts, url),
      residency: facts.shared.residency,
      providersOfModel: (name) => findModelAnywhere(facts, name).map((each) => each.provider),
      providersOfKey: (variable) => facts.providers.filter((each) => each.keyVariables.includes(variable) || each.baseUrlVariables?.includes(variable)),
    });
    return lookup;
  };
  /** What comments next to a call set, so that the same call elsewhere is counted alike. */
  const annotated = new WeakMap<Request, Configuration>();
  const factsFor = (configuration: Configuration): Facts => withOwn(base, configuration.own);
  const modules = createModules();
  const idOf = (path: string): LanguageId | null => {
    for (const language of languages) {
      const extension = language.extensions.find((each) => path.endsWith(each));
      if (extension) return languageIdOf(language, extension);
    }
    return null;
  };
  const needles = compileNeedles(sdks);
  const byId = new Map(languages.flatMap((language) => language.ids.map((id) => [id, language] as const)));
  const parsers = createParsers(options.loadWasm, { grammarOf: (id) => byId.get(id)!.grammar(id), now: options.now });
  const wanted = new RegExp(sdks.flatMap((sdk) => sdk.needles).map((needle) => needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));
  const mayContain = (text: string, id?: LanguageId): boolean => (id && byId.get(id)?.concerns ? byId.get(id)!.concerns!(text) : wanted.test(text));
  const readingTools: ReadingTools = {
    modules, sdks, needles, wordsOf: createWords((text) => wanted.test(text)), kept: new WeakMap(), reach: new WeakMap(), located: new WeakMap(),
    languageOf(path) {
      const id = idOf(path);
      const language = id && byId.get(id);
      return id && language && parsers.isPrepared(id) ? { id, language } : null;
    },
    parse: (id, text) => parsers.parse(id, text),
  };

  function estimateAt(
    call: CallShape, provider: Provider | null, model: Model | null, endpointId: string | null, configuration: Configuration, today: string, names: readonly string[] = [],
  ): Estimate {
    const upstream = !model && provider?.passThrough ? names.map((name) => upstreamOf(factsFor(configuration), provider, name)).find((each) => each !== null) : undefined;
    if (provider && upstream) {
      const billed = billedThrough(provider, upstream.provider);
      const behind = estimateFor(call, billed.provider, upstream.model, billed.endpoint, configuration, today);
      const note: Assumption = { code: 'upstream-price', subject: upstream.provider.name, value: upstream.model.id, origin: 'default' };
      return { ...behind, provider: provider.id, model: null, assumptions: [...behind.assumptions, note] };
    }
    return estimateFor(call, provider, model, provider?.endpoints.find((each) => each.id === endpointId) ?? null, configuration, today);
  }

  function countAt(call: Countable, model: Model | null, provider: string, configuration: Configuration): Counted {
    return count(call, model, configuration, tokenizers, calibrationIn(configuration.measured, provider, model));
  }

  function estimateFor(call: CallShape, provider: Provider | null, model: Model | null, endpoint: Endpoint | null, configuration: Configuration, today: string): Estimate {
    const counted = countAt(call, model, provider?.id ?? 'unknown', configuration);
    const { promptCache } = configuration.assumptions;
    const priced = price(withCache(usageOf(counted, call.operation, model), promptCache), provider, model, endpoint, {
      date: today.slice(0, 10), ...(today.length > 10 && { at: today }), currency: configuration.currency, rates: factsFor(configuration).rates,
      ...(configuration.own.rates && { ratesOrigin: 'workspace' as const }),
      ...pricedOptions(call.request.options, provider),
    });
    return {
      provider: provider?.id ?? 'unknown', model: model?.id ?? null, input: counted.input, output: counted.output,
      cost: priced.cost, assumptions: [...counted.assumptions, ...(promptCache ? [{ code: 'prompt-cache' as const, value: promptCache.read, origin: 'measured' as const }] : []), ...priced.assumptions],
    };
  }

  return {
    get facts() { return base; },
    factsFor,
    replaceFacts(next) { base = next; },
    languages,
    languageOf(path) {
      const name = path.toLowerCase();
      for (const language of languages) {
        const extension = language.extensions.find((each) => name.endsWith(each));
        if (extension) return languageIdOf(language, extension);
      }
      return markdownExtensions.some((each) => name.endsWith(each)) ? 'markdown' : null;
    },
    mayContainCalls: (text, id) => (id === 'markdown' ? /```|~~~/.test(text) && (wanted.test(text) || mayContain(text, 'yaml')) : mayContain(text, id)),
    namesMethods(text) { needles.pattern.lastIndex = 0; return needles.pattern.test(text); },
    mayUseProject: (language, text, origin) => importsReachCalls(language, text, origin, readingTools),
    async prepare(language, text) {
      if (language === 'markdown') { await Promise.all([...fencesOf(text ?? '').keys()].map((each) => this.prepare(each))); return; }
      // Files import files of the sibling languages.
      const family = ecosystemOf(language) === 'javascript' ? ['typescript', 'typescriptreact', 'javascript'] as const : [language];
      await Promise.all([...family.map((each) => parsers.prepare(each)), tokenizers.prepare([commonFamily])]);
    },
    vocabularies: () => tokenizers.loading(),
    tokenizers,
    compare(subject, options) {
      const configuration = annotated.get(subject.request) ?? options.configuration;
      return comparedRows(factsFor(options.configuration), subject, (model, provider) => countAt(subject, model, provider, configuration), options);
    },
    open(language, text, origin) {
      return language === 'markdown' ? openFences(text, (id, code) => openSession(id, code, origin ?? null)) : openSession(language, text, origin ?? null);
    },
  };

  function openSession(languageId: LanguageId, initial: string, origin: Origin | null): DocumentSession {
    const language = byId.get(languageId);
    let text = initial;
    let parsed: ParsedDocument | null = null;
    let parsedText: string | null = null;
    let pending: { range: TextRange; newText: string }[] | null = [];
    let last: { program: Program; calls: readonly SwitchableCall[]; analysis: Analysis; configuration: Configuration; facts: Facts; today: string; generation: number } | null = null;

    /** Other files that the last analysis used. */
    let reader: ProjectReader | null = null;
    const letGo = (): void => { reader?.release(); reader = null; };

    /** What the project's settings say, read once an analysis. */
    const settingsOf = (sdk: Sdk, { path, read }: Origin): ProjectSettings | null => {
      let found = settings.get(sdk.id);
      if (found === undefined) settings.set(sdk.id, found = sdk.settings!(path, read));
      return found;
    };
    const settings = new Map<string, ProjectSettings | null>();

    const parseNow = (): ParsedDocument | null => {
      if (parsed && parsedText === text) { parsed.renewBudget(); return parsed; }
      const previous = parsed;
      const next = parsers.parse(languageId, text, previous, previous && pending ? pending : undefined);
      previous?.dispose();
      parsed = next;
      parsedText = next ? text : null;
      pending = [];
      return next;
    };

    const analyzeText = (configuration: Configuration, today: string): Analysis => {
      const skipped = reasonToSkip(text, languageId);
      if (skipped) return { ...emptyAnalysis, skipped };
      if (!mayContain(text, languageId) && !(origin && !language?.concerns && importsReachCalls(languageId, text, origin, readingTools))) return emptyAnalysis;
      if (!language || !parsers.isPrepared(languageId)) return { ...emptyAnalysis, skipped: 'no-grammar' };
      const source = parseNow();
      if (!source) return { ...emptyAnalysis, skipped: 'time-budget' };
      const generation = tokenizers.generation();
      const facts = factsFor(configuration);
      const lookup: EndpointLookup = { ...lookupIn(facts), environment: (variable) => (origin ? environmentValue(origin, variable) : null) };
      const program = language.open(source);
      letGo();
      settings.clear();
      reader = origin ? openReader(program, languageId, origin, readingTools, source.expired) : null;
      const resolver = reader?.resolver ?? createResolver(program);
      const notes = annotationsOf(program);
      const stated = program.stated?.();
      const detected = stated ? detectStated(stated.calls, resolver, sdks) : detect(program, resolver, sdks, needles, source.expired);
      const calls: SwitchableCall[] = [];
      for (const each of detected) {
        if (source.expired()) break;
        const site = siteOf(each);
        if (site) calls.push({ detected: each, site });
      }
      adoptAmbient(calls);
      const isLate = source.expired();
      const forwarded = forwardedCalls(resolver, detected, isLate ? [] : reader?.importedForwarders() ?? [], sdks, source.expired);
      const forwardedSites = forwarded.calls.flatMap((each) => {
        const site = source.expired() ? null : siteOf(each.detected, each);
        return site ? [{ site, detected: each.detected }] : [];
      });
      const sites = withCallers([...calls, ...forwardedSites].map((each) => each.site)).toSorted((a, b) => a.callRange.start - b.callRange.start);
      const day = today.slice(0, 10);
      const inspected = [...calls, ...forwardedSites].map(({ site, detected }) => inspectedCall(site, detected, facts, notes.at(site.callRange))).toSorted((a, b) => a.site.callRange.start - b.site.callRange.start);
      const found = check({
        program, resolver, calls: inspected, facts, configuration, today: day, path: origin?.path ?? null,
        tokensOf: (site, parts) => countAt({ request: { ...site.request, parts }, operation: site.operation, protocol: site.protocol }, site.model === null ? null : findModel(lookup.provider(site.destination.provider)!, site.model), site.destination.provider, configuration).input.knownTokens,
      });
      const findings = once(notes.silence(found.filter((each) => isOwn(each, sites)), sites, day));
      const analysis: Analysis = { calls: sites, findings, forwards: forwarded.forwarders.map((each) => each.name), skipped: isLate ? 'time-budget' : stated?.isBroken && sites.length === 0 ? 'broken-yaml' : null };
      last = { program, calls, analysis, configuration, facts: base, today, generation };
      return analysis;

      /** Calls that do not say where they go take the only model object of their kind that the file makes. */
      function adoptAmbient(found: SwitchableCall[]): void {
        found.forEach(({ detected: each, site }, index) => {
          if (!each.sdk.ambient || site.kind !== 'framework-call' || site.destination.provider !== 'unknown' || site.request.model.values.length > 0) return;
          const made = found.filter((other) => other.site.kind === 'model-binding' && other.site.operation === site.operation && other.site.destination.provider !== 'unknown');
          const [first] = made;
          if (!first || new Set(made.map((other) => `${other.site.destination.provider} ${other.site.request.model.values.join()}`)).size > 1) return;
          const { destination } = first.site;
          const request = { ...site.request, model: { ...first.site.request.model, how: 'config' as const } };
          const provider = lookup.provider(destination.provider);
          const names = provider?.id === 'azure-openai' ? [] : request.model.values;
          const model = names.map((name) => (provider ? findModel(provider, first.detected.sdk.catalogName?.(name) ?? name) : null)).find((other) => other !== null) ?? null;
          const assumed = notes.assumptionsAt(site.callRange, configuration).configuration;
          const estimate = estimateOver({ request, operation: site.operation, protocol: site.protocol }, provider, names, model, destination, assumed, today);
          found[index] = { detected: each, site: { ...site, request, destination: { ...destination, certainty: destination.certainty === 'certain' ? 'likely' : destination.certainty }, model: model?.id ?? null, modelRange: request.model.range, estimate } };
        });
      }

      /** Pictures, recordings and documents as their files describe them; a transcription's file is an argument of its own. */
      function ownMedia(parts: readonly PromptPart[], operation: Operation, { argumentsRange }: CallExpression, from: Origin): readonly PromptPart[] {
        if (operation !== 'audio-transcription' || parts.length > 0) return withLocalMedia(parts, program, from);
        const recording: PromptPart = { kind: 'audio', role: 'user', pieces: [], alternatives: [], repeated: false, range: argumentsRange };
        const [found] = withLocalMedia([recording], program, from);
        return found?.media?.seconds === undefined ? parts : [found];
      }

      function siteOf(each: DetectedCall, via?: ForwardedCall): CallSite | null {
        const fields = each.method.read(each.reader);
        if (!fields) return null;
        const written = withEnvironment(modelTextOf(fields.model, facts), origin);
        const { model: _model, operation = each.method.operation, protocol = each.method.protocol, onlyKnownProvider = false, isWithoutHost = false, deployed, ...rest } = fields;
        if (isWithoutHost && origin && isTest(below(origin.root, origin.path))) return null;
        // What cannot be read is a hole, never nothing.
        const sent = rest.parts.length > 0 || operation === 'audio-transcription' ? rest.parts : [unreadPrompt];
        const parts = origin && !via ? ownMedia(sent, operation, each.call, origin) : sent;
        const setting = each.sdk.settings && origin ? settingsOf(each.sdk, origin)?.for(operation) : undefined;
        const model: ResolvedText = written.values.length === 0 && setting?.model ? { values: [setting.model], how: 'config', range: null } : written;
        const read: Request = { ...rest, parts, model, argumentNames: each.reader.arguments.names };
        const isElsewhere = via !== undefined && via.home !== resolver;
        const request = isElsewhere ? withoutPlaces(read) : read;
        const decided = destinationsOf(each, model, via?.home ?? resolver, lookup);
        const placed = (where: Destination): Destination => {
          const said = declared(where, model.values, configuration.declarations ?? [], today.slice(0, 10));
          return isElsewhere ? { ...said, range: null } : said;
        };
        const others = decided.others.map(placed);
        const destination = placed((decided.destination.provider === 'unknown' && setting?.provider && usualDestination(setting.provider, each.sdk.id, lookup)) || decided.destination);
        // Nobody bills for a server of one's own, whatever its name.
        const provider = lookup.provider(destination.provider) ?? (destination.inferenceZone === 'local' ? facts.providers.find((each) => each.local) ?? null : null);
        if (onlyKnownProvider && destination.provider === 'unknown' && destination.inferenceZone !== 'local') return null;
        const effective = model.values.map((value) => deploymentOf(value, configuration) ?? each.sdk.catalogName?.(value) ?? value);
        const namedAt = (where: Provider | null): { readonly names: readonly string[]; readonly model: Model | null } => {
          // A deployment's name says nothing about its model until the user maps it.
          const names = where?.id === 'azure-openai' ? model.values.flatMap((value) => deploymentOf(value, configuration) ?? deployed ?? []) : effective;
          return { names, model: names.map((name) => (where ? findModel(where, name) : null)).find((each) => each !== null) ?? null };
        };
        const { names: mapped, model: found } = namedAt(provider);
        const at = via?.site ?? each.call;
        const assumed = notes.assumptionsAt(at.range, configuration);
        const call = { request, operation, protocol };
        const measured = averageFor(assumed.configuration, provider?.id ?? 'unknown', found?.id ?? null, configuration.measured && origin ? siteName(origin, indexLines(text).positionAt(at.range.start).line) : null);
        const own = withMeasuredHoles(withMeasured(assumed.configuration, measured), measured, (at) => countAt(call, found, provider?.id ?? 'unknown', at).input.tokens);
        if (own !== configuration) annotated.set(request, own);
        const usual = estimateOver(call, provider, mapped, found, destination, own, today);
        const estimate = others.length === 0 ? usual : overBranches(usual, [destination, ...others], others.map((other) => {
          const another = lookup.provider(other.provider);
          const meant = namedAt(another);
          return estimateOver(call, another, meant.names, meant.model, other, own, today);
        }), lookup);
        const repeats = stated || each.method.kind === 'model-binding' ? [] : repetitionsOf({ program, resolver, call: at, construction: via ? null : each.construction, method: via ? '' : each.method.path.join('.'), assumptions: own.assumptions });
        return {
          id: `${at.argumentsRange.start}:${each.sdk.id}:${each.method.path.join('.')}`,
          kind: via ? 'wrapper-call' : each.method.kind ?? 'call', language: languageId, sdk: each.sdk.id, method: each.method.path.join('.'), protocol,
          operation, destination, ...(others.length > 0 && { otherDestinations: others }), request, model: found?.id ?? null, complete: at.complete,
          callRange: at.range, calleeRange: via ? at.callee.range : each.calleeRange, modelRange: request.model.range,
          clientRange: isElsewhere ? null : each.construction?.range ?? null, clientSymbol: each.clientSymbol,
          callsPerMonth: assumed.configuration.assumptions.callsPerMonth, estimate, callers: 0, ...(repeats.length > 0 && { repeats }), ...(measured && { measured }),
          ...(via && { through: throughOf(via, resolver, reader) }),
        };
      }
    };

    const chosenFor = (call: CallSite, configuration: Configuration, today: string, more: { readonly limit?: number; readonly only?: string }): readonly Alternative[] => {
      if (call.operation !== 'chat' && call.operation !== 'completion' && call.operation !== 'embedding') return [];
      const facts = factsFor(configuration);
      const provider = findProvider(facts, call.destination.provider);
      const kinds = new Set(call.request.parts.map((part) => part.kind));
      const own = annotated.get(call.request);
      return chooseAlternatives(facts, {
        operation: call.operation,
        provider,
        model: provider && call.model ? findModel(provider, call.model) : null,
        endpoint: provider?.endpoints.find((each) => each.id === call.destination.endpointId) ?? null,
        estimate: call.estimate,
        needs: { vision: kinds.has('image'), tools: kinds.has('tools') },
        ...(own?.assumptions.promptCache && { promptCache: own.assumptions.promptCache }),
      }, (model, at) => countAt(call, model, at, own ?? configuration), { configuration, today: today.slice(0, 10), ...(today.length > 10 && { at: today }), ...more });
    };

    return {
      get text() { return text; },
      update(newText, changes) {
        if (pending && changes && parsed) pending.push(...changes);
        else pending = null;
        if (!changes) pending = null;
        text = newText;
        last = null;
      },
      analyze(configuration, today) {
        if (last && last.configuration === configuration && last.facts === base && last.today === today && last.generation === tokenizers.generation()) return last.analysis;
        return analyzeText(configuration, today);
      },
      alternatives: (call, configuration, today, limit = 8) => chosenFor(call, configuration, today, { limit }),
      offers: (call, provider, configuration, today) => chosenFor(call, configuration, today, { only: provider }),
      switchTo(call, target) {
        if (!last || !language) return null;
        const chosen = last.calls.find((each) => each.site.id === call.id);
        const provider = findProvider(factsFor(last.configuration), target.provider);
        if (!chosen || !provider) return null;
        const own = sourceOf(chosen.detected, switchSdks);
        const parts: SwitchParts = { program: last.program, language, calls: last.calls, provider, sdks: switchSdks, compatibilityOf };
        const place = !target.sdk || target.sdk === own?.id ? provider.endpoints.find((each) => each.id === target.endpointId) : undefined;
        if (place && isPlaceMove(chosen, provider, target)) return switchPlace(last.program, last.calls, chosen, provider, place, target);
        // Another class of the same form (Azure, Groq, Ark …): the call stays, the client is written anew.
        const isOtherClass = own !== null && own.id !== 'vercel-ai' && (chosen.detected.sdk.id !== own.id.replace('openai-responses', 'openai') || chosen.detected.client?.provider === 'azure-openai') && chosen.site.destination.provider !== provider.id;
        const sdk = target.sdk && target.sdk !== own?.id ? target.sdk : isOtherClass || own?.clients.python === null || own?.id === 'vercel-ai' ? own.id : null;
        return sdk ? switchSdk(parts, chosen, { ...target, sdk }) : switchProvider(parts, chosen, target);
      },
      extractAdapter(call) {
        const chosen = last?.calls.find((each) => each.site.id === call.id);
        const provider = last && chosen && (findProvider(factsFor(last.configuration), chosen.site.destination.provider) ?? base.providers[0]);
        return last && language && chosen && provider ? extractAdapter({ program: last.program, language, calls: last.calls, provider, sdks: switchSdks, compatibilityOf }, chosen) : null;
      },
      leaveAlipay(target) {
        const provider = last && findProvider(factsFor(last.configuration), target.provider);
        const openai = switchSdks.find((each) => each.id === 'openai');
        if (!last || !language || !provider || !openai) return null;
        const rules = compatibilityOf(provider.id);
        // Tbox and the Open Platform name no model; Qwen is the nearest that every gateway has.
        const model = target.model || (rules.gateway?.model('alibaba-dashscope', 'qwen-plus') ?? '');
        return model === '' ? null : alipayMove(last.program, language, provider, openai, rules, { ...target, model, upstream: target.upstream ?? 'alibaba-dashscope' });
      },
      gatewaysFor(call) {
        if (!last || call.operation !== 'chat' || (call.protocol !== null && call.protocol !== 'openai-chat')) return [];
        const { provider: upstream } = call.destination;
        const model = call.request.model.values[0];
        if (!model || upstream === 'unknown') return [];
        return factsFor(last.configuration).providers.flatMap((provider) => {
          const { gateway } = compatibilityOf(provider.id);
          const endpoint = provider.endpoints[0];
          return gateway && endpoint && provider.id !== upstream ? [{ provider: provider.id, endpointId: endpoint.id, model: gateway.model(upstream, model), upstream }] : [];
        });
      },
      sdksFor(call, providerId) {
        const chosen = last?.calls.find((each) => each.site.id === call.id);
        const provider = last && findProvider(factsFor(last.configuration), providerId);
        return chosen && provider ? sdksFor(chosen, provider, switchSdks) : [];
      },
      forget() { last = null; },
      dispose() {
        parsed?.dispose();
        parsed = null;
        last = null;
        letGo();
      },
    };
  }

  /** Estimate over every model the code may choose: low of the cheapest, high of the dearest, likely of the first. */
  function estimateOver(
    call: CallShape, provider: Provider | null, names: readonly string[],
    main: Model | null, destination: Destination, configuration: Configuration, today: string,
  ): Estimate {
    const first = estimateAt(call, provider, main, destination.endpointId, configuration, today, names);
    if (names.length < 2 || !provider) return first;
    const others = names.map((name) => findModel(provider, name)).filter((model): model is Model => model !== null && model !== main)
      .map((model) => estimateAt(call, provider, model, destination.endpointId, configuration, today));
    if (!first.cost.perCall || others.length === 0) return first;
    return widened(first, others, { code: 'model-choice', value: names.join(' | '), origin: 'code' });
  }
}

/**
 * Estimate of the first branch, with the range of what other branches of the code cost elsewhere. A server of one's own
 * that is asked in the first hides no bill of the others.
 */
function overBranches(first: Estimate, places: readonly Destination[], others: readonly Estimate[], lookup: EndpointLookup): Estimate {
  const named = places.map(({ provider, inferenceZone }) => `${lookup.provider(provider)?.name ?? provider}${inferenceZone === 'unknown' ? '' : ` (${inferenceZone})`}`);
  const billed = first.cost.reason === 'not-metered' ? others.find((each) => each.cost.perCall) : undefined;
  return widened(billed ?? first, others, { code: 'provider-choice', value: [...new Set(named)].join(' | '), origin: 'code' });
}

/** An estimate whose cost may as well be that of others: low of the cheapest, high of the dearest. */
function widened(first: Estimate, others: readonly Estimate[], note: Assumption): Estimate {
  const assumptions = [...first.assumptions, note];
  const { perCall } = first.cost;
  if (!perCall) return { ...first, assumptions };
  let { low, high }: { low: number; high: number | null } = perCall;
  for (const { cost } of others) {
    if (!cost.perCall) continue;
    low = Math.min(low, cost.perCall.low);
    high = high === null || cost.perCall.high === null ? null : Math.max(high, cost.perCall.high);
  }
  return { ...first, cost: { ...first.cost, perCall: { ...perCall, low, high } }, assumptions };
}

/** A model's name as text, or as a constant of its package. */
function modelTextOf(value: Value | null, facts: Facts): ResolvedText {
  const text = resolvedText(value);
  if (text.values.length > 0) return text;
  for (const each of candidates(value)) {
    // `ChatModel.GPT_4O.asString()` is the constant all the same.
    const symbol = each.kind === 'instance' && each.path.length === 0 && each.callee.kind === 'symbol' && /^(?:asString|getName|getValue|value|id|toString|name|as_str|to_string)$/.test(each.callee.path.at(-1) ?? '') ? { ...each.callee, path: each.callee.path.slice(0, -1) } : each;
    const constant = symbol.kind === 'symbol' && symbol.path.length > 0 ? symbol.path.at(-1)! : null;
    const name = constant && /^[A-Z]/.test(constant) ? modelOfConstant(facts, constant) : null;
    if (name) return { values: [name], how: 'constant', range: value!.range };
  }
  return text;
}

/** A model's name as the project's environment files set it, where code leaves it to the environment. */
function withEnvironment(model: ResolvedText, origin: Origin | null): ResolvedText {
  const { variable, values, how } = model;
  if (!origin || variable === undefined || !/MODEL|DEPLOYMENT|ENGINE|LLM/i.test(variable) || (values.length > 0 && how !== 'env-default')) return model;
  // What an example suggests is no better than the default in the code.
  const set = environmentValue(origin, variable, values.length === 0);
  if (!set || !/^[\w.:/@-]{2,120}$/.test(set.value) || values[0] === set.value) return model;
  return { values: [set.value, ...values], how: 'config', range: null, variable, file: below(origin.root, set.file) };
}

/** Names come from code: `constructor` is no deployment. */
function deploymentOf(name: string, { deployments }: Configuration): string | undefined {
  return Object.hasOwn(deployments, name) ? deployments[name] : undefined;
}

function reasonToSkip(text: string, language: LanguageId): SkipReason | null {
  if (text.length > maximumLength) return 'too-large';
  const head = text.slice(0, 8192);
  if (head.includes('\0')) return 'binary';
  // Only JavaScript is minified; a long line elsewhere is somebody's prompt.
  if (language !== 'python' && text.length > maximumLineLength * 2) {
    const lines = (text.slice(0, 200_000).match(/\n/g)?.length ?? 0) + 1;
    if (Math.min(text.length, 200_000) / lines > maximumLineLength / 4) return 'minified';
  }
  return null;
}

function languageIdOf(language: Language, extension: string): LanguageId {
  const special: Record<string, LanguageId> = { '.tsx': 'typescriptreact', '.jsx': 'javascriptreact', '.js': 'javascript', '.mjs': 'javascript', '.cjs': 'javascript' };
  const id = special[extension];
  return id && language.ids.includes(id) ? id : language.ids[0]!;
}

/** What several calls have in common, such as an old address or a model in a constant, is told once at its place. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, severity, range, data }) => {
    const key = JSON.stringify([code, severity, range.start, range.end, data]);
    return !seen.has(key) && seen.add(key);
  });
}
