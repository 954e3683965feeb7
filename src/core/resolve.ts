/**
 * Constant propagation: what an expression stands for, as far as this file tells. Works on neutral
 * expressions only, so it knows no programming language; it is demand-driven and never evaluates code.
 */
import type {
  Binding, CallExpression, ClassExpression, Expression, FunctionExpression, MemberExpression, Program, Scope,
} from './expression.js';
import { type Files, type Reading, declaredPath, declaredSetting, filledTemplate, importedFile, openedPath, pathOf, readStructure, readText, settingOf, textOfFile } from './fileText.js';
import type { ModelHow, TextPiece, TextRange } from './model.js';
import { mentioned } from './remembered.js';
import { classSchema, functionSchema, instanceSchema } from './schemaOf.js';
import {
  type Frame, type Home, type HoleValue, type InstanceValue, type ListItem, type MapItem, type ObjectValue, type SymbolValue,
  type Value, candidates, choice, first, fromElsewhere, hole, jsonPieces, piecesOf, plainText, reachedBy, text,
} from './value.js';

const setsEntries = mentioned(/\.\s*set\s*\(/);

/** Reads values out of one program. Results are cached for the life of the resolver. */
export interface Resolver extends Home {
  readonly program: Program;
  /** Value of an expression, in the frame of the function body it is read in (null at its own place). */
  evaluate(expression: Expression, frame?: Frame | null): Value;
  /** Value that a plain name has at an offset. */
  lookup(name: string, offset: number, frame?: Frame | null): Value;
  /** What the file gives under a name to those who import it; null when nothing of that name is there. */
  exported(name: string): Value | null;
  /** Resolver of the file that a module name means here; null when it is a package, or out of sight. */
  imported(module: string): Resolver | null;
  /** Environment in which the body of a function of this file is read, when it is called as `site` says, in the file of `from`. */
  frameOf(target: FunctionExpression, site: CallExpression, from: Home, frame: Frame | null): Frame;
}

/** Resolver of the file that a module name means, or null when it is a package, or out of sight. */
export type ImportReader = (module: string) => Resolver | null;

/** Function names that many classes have: their callers are anybody's. */
const commonNames = new Set(['main', 'run', 'call', 'get', 'set', 'create', 'new', 'init', 'handle', 'execute', 'process', 'test', 'setUp', 'setup', 'invoke', 'send', 'post', 'request', 'then', 'map', 'forEach']);

const maximumDepth = 60;
/** Steps per resolver: bounds pathological files, generous for real ones. */
const stepBudget = 60_000;

const environmentCallees = new Set([
  'os.getenv', 'os.Getenv', 'os.environ.get', '.getenv', '.env', '.System.getenv', '.Deno.env.get', 'decouple.config', 'environ.get', 'os.environ.setdefault',
]);
const environmentMaps = new Set([
  'os.environ', '.ENV', '.process.env', '.import.meta.env', '.Bun.env', 'node:process.env', 'process.env', 'node:process.default.env', 'process.default.env',
]);
/** Methods of strings that keep what matters for counting and naming. */
const textPassThrough = new Set(['strip', 'lstrip', 'rstrip', 'trim', 'trimStart', 'trimEnd', 'toString', 'valueOf', 'encode', 'decode', 'lower', 'upper', 'toLowerCase', 'toUpperCase', 'get_secret_value']);
const textConstructors = new Set(['bytes.NewBuffer', 'bytes.NewReader', 'bytes.NewBufferString', 'strings.NewReader', 'strings.TrimSpace', 'java.net.URI.create', 'java.net.URI', '.URI', 'System.Uri', '.Uri', 'google.golang.org/genai.Text', 'github.com/google/generative-ai-go/genai.Text', '.str', '.String', 'textwrap.dedent', 'inspect.cleandoc', 'dedent.default', 'outdent.default', '.cast', 'typing.cast', 'jinja2.Template', 'string.Template', '.string', '.[]byte', 'common-tags.stripIndent', 'common-tags.oneLine']);
/** Declarations of fields: what they stand for is their default. */
const fieldDeclarations = new Set(['pydantic.Field', 'pydantic.v1.Field', 'pydantic.fields.Field', 'dataclasses.field', 'sqlmodel.Field', 'langchain_core.pydantic_v1.Field', 'langchain.pydantic_v1.Field']);
/** Request bodies made of a text or an object. */
const textWrapping = /(?:^|\.)(?:BodyPublishers\.ofString|RequestBody\.create|StringContent|JsonContent\.Create|JsonSerializer\.Serialize|JSON\.toJSONString|JsonConvert\.SerializeObject)$/;
const jsonWriters = new Set(['json.dumps', '.JSON.stringify', 'orjson.dumps', 'ujson.dumps', 'encoding/json.Marshal', 'encoding/json.MarshalIndent', '.json_encode']);

export function createResolver(program: Program, importFrom: ImportReader = () => null, files: Files | null = null): Resolver {
  let steps = 0;
  const cache = new Map<Expression, Value>();
  const active = new Set<Expression | Binding>();

  function evaluate(expression: Expression, frame: Frame | null = null, depth = 0): Value {
    if (frame === null) {
      const cached = cache.get(expression);
      if (cached) return cached;
    }
    if (depth > maximumDepth || ++steps > stepBudget || active.has(expression)) return hole(nameOf(expression), expression.range);
    active.add(expression);
    const value = compute(expression, frame, depth + 1);
    active.delete(expression);
    if (frame === null && depth < maximumDepth / 2) cache.set(expression, value);
    return value;
  }

  function compute(expression: Expression, frame: Frame | null, depth: number): Value {
    const range = expression.range;
    switch (expression.kind) {
      case 'string': return text(expression.value, range);
      case 'number': return { kind: 'number', value: expression.value, range };
      case 'constant': return { kind: 'constant', value: expression.value, range };
      case 'template':
      case 'concat': return concatenation(expression.parts.map((part) => evaluate(part, frame, depth)), range, expression.kind === 'template');
      case 'name': return lookup(expression.name, range.start, frame, depth);
      case 'member': return member(expression, frame, depth);
      case 'index': {
        const object = evaluate(expression.object, frame, depth);
        const index = evaluate(expression.index, frame, depth);
        const key = plainText(index) ?? (index.kind === 'number' ? String(index.value) : null);
        if (key === null) return storedIn(expression.object, range, frame, depth) ?? hole(nameOf(expression), range);
        const setting = files && program.language === 'csharp' && key.includes(':') ? settingOf(key, ':', files) : null;
        return setting ?? property(object, key, range, depth) ?? hole(key, range);
      }
      case 'call': return call(expression, frame, depth);
      case 'list': return list(expression.items, frame, depth, range);
      case 'spread': return evaluate(expression.value, frame, depth);
      case 'repeat': return { kind: 'list', items: [{ value: evaluate(expression.item, frame, depth), repeated: true }], open: true, range };
      case 'map': {
        const entries = new Map<string, MapItem>();
        let open = false;
        for (const entry of expression.entries) {
          if (entry.spread) {
            const spread = first(evaluate(entry.value, frame, depth), 'map');
            if (spread) { for (const [key, item] of spread.entries) entries.set(key, item); open ||= spread.open; }
            else open = true;
          } else if (entry.key === null) open = true;
          else entries.set(entry.key, { value: evaluate(entry.value, frame, depth), range: entry.range });
        }
        return { kind: 'map', entries, open, range };
      }
      case 'conditional': return choice(expression.branches.map((branch) => evaluate(branch, frame, depth)), range);
      case 'fallback': return fallback(expression.branches.map((branch) => evaluate(branch, frame, depth)), range);
      case 'function': return { kind: 'function', function: expression, range, schema: () => functionSchema(expression, self) };
      case 'class': return { kind: 'class', class: expression, range, schema: () => classSchema(expression, self) };
      case 'unknown': return hole(nameOf(expression), range);
    }
  }

  /** `a or b`: an unknown or empty first branch leaves its name to the second, which becomes a default. */
  function fallback(branches: readonly Value[], range: TextRange): Value {
    const usable: Value[] = [];
    let how: ModelHow | null = null;
    let variable: string | undefined;
    for (const branch of branches) {
      if (branch.kind === 'constant' && branch.value !== true) continue;
      if (branch.kind === 'hole') {
        how ??= branch.variable ? 'env-default' : branch.parameter ? 'parameter-default' : null;
        variable ??= branch.variable;
        usable.push(branch);
        continue;
      }
      usable.push(branch);
      if (branch.kind === 'text' && plainText(branch) !== '') break;
    }
    const known = usable.filter((value) => value.kind !== 'hole');
    if (known.length === 0) return usable[0] ?? { kind: 'constant', value: null, range };
    const values = how === null ? usable : known.map((value) => reachedBy(value, how));
    const named = variable === undefined ? values : values.map((value) => (value.kind === 'text' ? { ...value, variable: value.variable ?? variable } : value));
    // The known default comes first: it is what runs when nothing is set.
    return choice([...named.filter((value) => value.kind !== 'hole'), ...named.filter((value) => value.kind === 'hole')], range);
  }

  function concatenation(values: readonly Value[], range: TextRange, isTemplate: boolean): Value {
    if (!isTemplate && values.some((value) => first(value, 'list') !== null)) {
      const items: ListItem[] = [];
      let open = false;
      for (const value of values) {
        const part = first(value, 'list');
        if (part) { items.push(...part.items); open ||= part.open; }
        else { items.push({ value, repeated: true }); open = true; }
      }
      return { kind: 'list', items, open, range };
    }
    if (!isTemplate && values.length > 0 && values.every((value) => value.kind === 'number')) {
      return { kind: 'number', value: values.reduce((sum, value) => sum + (value.kind === 'number' ? value.value : 0), 0), range };
    }
    // One conditional part makes the whole conditional, so that a range over both branches survives.
    const conditional = values.findIndex((value) => value.kind === 'choice');
    if (conditional >= 0 && values.length < 40) {
      const branches = candidates(values[conditional]).slice(0, 4);
      return choice(branches.map((branch) => concatenation(values.map((value, index) =>
        index === conditional ? branch : value.kind === 'choice' ? value.values[0]! : value), range, isTemplate)), range);
    }
    const pieces: TextPiece[] = [];
    let how: ModelHow = 'literal';
    for (const value of values) {
      if (value.kind === 'text' && value.how !== 'literal') how = 'constant';
      pieces.push(...piecesOf(value));
    }
    return { kind: 'text', pieces, how, range };
  }

  function list(items: readonly Expression[], frame: Frame | null, depth: number, range: TextRange): Value {
    const out: ListItem[] = [];
    let open = false;
    for (const item of items) {
      if (item.kind === 'spread') {
        const spread = first(evaluate(item.value, frame, depth), 'list');
        if (spread) { out.push(...spread.items); open ||= spread.open; }
        else { out.push({ value: evaluate(item.value, frame, depth), repeated: true }); open = true; }
      } else if (item.kind === 'repeat') {
        out.push({ value: evaluate(item.item, frame, depth), repeated: true });
        open = true;
      } else out.push({ value: evaluate(item, frame, depth), repeated: false });
    }
    return { kind: 'list', items: out, open, range };
  }

  // ── names ─────────────────────────────────────────────────────────────────────────────────────

  function boundIn(frame: Frame | null, name: string, offset: number): Value | null {
    for (let each = frame; each; each = each.parent) {
      if (each.owner === self && offset >= each.functionRange.start && offset < each.functionRange.end) {
        const bound = each.values.get(name);
        if (bound) return bound;
      }
    }
    return null;
  }

  function lookup(name: string, offset: number, frame: Frame | null = null, depth = 0): Value {
    const bound = boundIn(frame, name, offset);
    if (bound) return bound;
    const bindings = program.bindings(name);
    const foreign = (): Value => fromStars(name) ?? { kind: 'symbol', module: '', path: [name], range: null };
    // A property of the class around may be bound as nothing else.
    if (bindings.length === 0 && !(program.fieldsInScope && program.memberBindings(name).length > 0)) return foreign();
    const scopes = program.scopesAt(offset);
    for (let level = 0; level < scopes.length; level++) {
      const scope = scopes[level]!;
      if (scope.kind === 'class' && program.fieldsInScope) {
        const field = classMember(scope.range, name, null, depth);
        if (field) return field;
        continue;
      }
      // Names of a class body are not visible inside its methods.
      if (scope.kind === 'class' && level > 0) continue;
      const inScope = bindings.filter((binding) => sameRange(binding.scope.range, scope.range));
      if (inScope.length === 0) continue;
      const useScope = scopes.find((each) => each.kind === 'function' || each.kind === 'module');
      const sameFunction = useScope !== undefined && containsFunctionOf(scope, useScope, scopes);
      const found = fold(inScope, name, offset, sameFunction, frame, depth);
      if (found) return found;
    }
    // A name bound only elsewhere (another function's local) tells nothing here.
    return bindings.length === 0 ? foreign() : hole(name, null);
  }

  /** `from helpers import *`: names that the file gives, or that a package may give. */
  function fromStars(name: string): Value | null {
    if (program.language !== 'python' || !/^[A-Za-z]/.test(name)) return null;
    stars ??= [...program.text.matchAll(/^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\*/gm)].map((match) => match[1]!);
    const packages: Value[] = [];
    for (const module of stars) {
      const file = importFrom(module);
      const found = file?.exported(name);
      if (found) return found;
      if (!file && /^[A-Z]/.test(name)) packages.push({ kind: 'symbol', module, path: [name], range: null });
    }
    return packages.length > 0 ? choice(packages, null) : null;
  }
  let stars: readonly string[] | undefined;

  /** True when `scope` belongs to the function that contains the use, so that order of statements matters. */
  function containsFunctionOf(scope: Scope, useScope: Scope, scopes: readonly Scope[]): boolean {
    return scopes.indexOf(scope) <= scopes.indexOf(useScope);
  }

  /** Value after the bindings that can have run before `offset`. */
  function fold(bindings: readonly Binding[], name: string, offset: number, ordered: boolean, frame: Frame | null, depth: number): Value | null {
    const usable = ordered ? bindings.filter((binding) => binding.statementRange.end <= offset || isHeld(binding, offset)) : bindings;
    const assigns = usable.filter((binding) => !isMutation(binding));
    if (assigns.length === 0) return ordered && bindings.some((binding) => !isMutation(binding)) && program.insideLoop(offset)
      ? foldAssignments(bindings.filter((binding) => !isMutation(binding)), frame, depth)
      : null;
    const last = assigns.findLastIndex((binding) => !binding.conditional);
    const effective = assigns.slice(Math.max(0, last));
    let value = foldAssignments(effective, frame, depth);
    const since = effective[0]!.statementRange.start;
    const inLoop = ordered && program.insideLoop(offset);
    for (const binding of bindings) {
      if (!isMutation(binding) || binding.statementRange.start < since) continue;
      const before = binding.statementRange.end <= offset;
      if (ordered && !before && !inLoop) continue;
      const loops = program.insideLoop(binding.range.start) && !program.insideLoop(since);
      value = mutate(value, binding, loops || (ordered && !before), frame, depth);
    }
    // A name read from inside the statement that defines it (recursion) stays a hole.
    return value.kind === 'hole' && value.name === '' ? hole(name, value.range) : value;
  }

  /** Parameters and loop variables hold inside the statement that binds them. */
  function isHeld(binding: Binding, offset: number): boolean {
    return (binding.kind === 'parameter' || binding.kind === 'loop' || binding.kind === 'resource' || binding.kind === 'function' || binding.kind === 'class')
      && binding.range.start <= offset;
  }

  function foldAssignments(bindings: readonly Binding[], frame: Frame | null, depth: number): Value {
    return choice(bindings.slice(-8).reverse().map((binding) => valueOfBinding(binding, frame, depth)), bindings[0]?.range ?? null);
  }

  function valueOfBinding(binding: Binding, frame: Frame | null, depth: number): Value {
    if (active.has(binding) || depth > maximumDepth) return hole(binding.name, binding.range);
    active.add(binding);
    try {
      return computeBinding(binding, frame, depth + 1);
    } finally {
      active.delete(binding);
    }
  }

  function computeBinding(binding: Binding, frame: Frame | null, depth: number): Value {
    const { imported } = binding;
    if (imported) {
      const elsewhere = importedFrom(imported.module, imported.symbol) ?? (files && program.language !== 'python' ? importedFile(imported.module, imported.symbol, files) : null);
      if (elsewhere) return elsewhere;
      return { kind: 'symbol', module: imported.module, path: imported.symbol === null ? [] : [imported.symbol], range: binding.range };
    }
    if (binding.kind === 'function' || binding.kind === 'class') {
      return binding.value ? evaluate(binding.value, frame, depth) : hole(binding.name, binding.range);
    }
    if (binding.kind === 'loop') {
      const over = binding.value ? evaluate(binding.value, frame, depth) : null;
      const items = first(over, 'list');
      if (items && !items.open && items.items.length > 0 && items.items.length <= 12) {
        return follow(choice(items.items.map((item) => reachedBy(item.value, 'constant')), binding.range), binding, depth) ?? hole(binding.name, binding.range);
      }
      return hole(binding.name, binding.range);
    }
    if (binding.kind === 'parameter') {
      const annotated = binding.annotation ? instanceOfAnnotation(binding.annotation, depth) : null;
      if (binding.value && !(binding.value.kind === 'constant' && binding.value.value === null)) {
        const value = evaluate(binding.value, null, depth);
        // A parameter object's default applies to the property only when the whole is not destructured from elsewhere.
        return reachedBy(value, 'parameter-default');
      }
      return fromCallers(binding, depth) ?? annotated ?? { kind: 'hole', name: binding.name, range: binding.range, parameter: true };
    }
    const value = binding.value ? evaluate(binding.value, frame, depth) : null;
    const followed = value ? (binding.path.length ? follow(value, binding, depth) : value) : null;
    const empty = followed === null || (followed.kind === 'constant' && followed.value === null) || followed.kind === 'hole';
    if ((empty || isOfNobody(followed)) && binding.annotation) {
      const annotated = instanceOfAnnotation(binding.annotation, depth);
      if (annotated) return annotated;
    }
    if (followed === null) {
      const before = program.text.slice(Math.max(0, binding.statementRange.start - 200), binding.range.start);
      return declaredValue(before) ?? hole(binding.name, binding.range);
    }
    return reachedBy(followed.kind === 'hole' && !followed.variable ? { ...followed, name: binding.name } : followed, 'constant');
  }

  /** The result of a function that no file in sight has: what it is declared to be says more. */
  function isOfNobody(value: Value): boolean {
    let root: Value = value;
    while (root.kind === 'instance') root = root.callee;
    return value.kind === 'instance' && root.kind === 'symbol' && /^(?:$|\.|[@~]\/)/.test(root.module) && /^[a-z_$]/.test(root.path.at(-1) ?? '');
  }

  /** What an annotation or directive over a declaration gives it. */
  function declaredValue(before: string): Value | null {
    const path = files && declaredPath(before);
    const file = path ? files.find(path) : null;
    if (file) return textOfFile(file);
    const setting = declaredSetting(before);
    if (!setting) return null;
    const set = files && settingOf(setting.key, '.', files);
    return set && set.kind !== 'hole' ? set : setting.usual !== null ? { kind: 'text', pieces: [{ kind: 'text', text: setting.usual, range: null }], how: 'env-default', range: null } : set;
  }

  /**
   * What the callers in this file hand over for a parameter: clients, model objects and short words such as model names
   * and addresses. Texts of prompts stay what they are to the function: unknown.
   */
  function fromCallers(binding: Binding, depth: number): Value | null {
    const { scope } = binding;
    if (scope.kind !== 'function' || scope.name === null || depth > maximumDepth / 3) return null;
    const isConstructor = scope.name === '__init__' || scope.name === 'constructor' || scope.name === 'initialize' || scope.name === '__construct';
    const own = program.scopesAt(scope.range.start).find((each) => each.kind === 'class');
    const called = isConstructor ? own?.name ?? null : scope.name;
    if (called === null || commonNames.has(called)) return null;
    const definition = [...(own ? program.memberBindings(scope.name) : []), ...program.bindings(scope.name)].find((each) => each.value?.kind === 'function' && sameRange(each.value.range, scope.range))?.value;
    if (definition?.kind !== 'function') return null;
    const parameters = definition.parameters.filter((each) => each.name !== 'self' && each.name !== 'cls');
    const position = parameters.findIndex((each) => each.name === binding.name || each.range.start === binding.range.start);
    if (position < 0) return null;
    const found: Value[] = [];
    for (const call of program.callsOf(called).slice(0, 12)) {
      if (call.range.start >= scope.range.start && call.range.end <= scope.range.end) continue;
      const argument = call.named.find((each) => each.name === binding.name)?.value ?? call.positional[position];
      if (!argument || argument.kind === 'spread') continue;
      const value = evaluate(argument, null, depth + 1);
      for (const each of candidates(value)) if (isHandle(each)) found.push(each);
    }
    return found.length > 0 ? reachedBy(choice(found, binding.range), 'caller') : null;
  }

  /** A client, a model object, or a word. */
  function isHandle(value: Value): boolean {
    if (value.kind === 'instance' || value.kind === 'object') return true;
    const word = plainText(value);
    return word !== null && word.length <= 120 && !/\s/.test(word) && /[-.:/\d]/.test(word);
  }

  function follow(value: Value, binding: Binding, depth: number): Value | null {
    let current: Value | null = value;
    for (const key of binding.path) {
      if (current === null) return null;
      current = property(current, key, binding.range, depth);
    }
    return current;
  }

  /** `client: OpenAI`, `Optional[OpenAI]`: an instance whose construction is out of sight. */
  function instanceOfAnnotation(annotation: Expression, depth: number): Value | null {
    if (annotation.kind === 'index') return instanceOfAnnotation(annotation.index, depth);
    if (annotation.kind === 'conditional' || annotation.kind === 'fallback' || annotation.kind === 'list') {
      for (const each of annotation.kind === 'list' ? annotation.items : annotation.branches) {
        const found = instanceOfAnnotation(each, depth);
        if (found) return found;
      }
      return null;
    }
    if (annotation.kind !== 'name' && annotation.kind !== 'member') return null;
    const value = evaluate(annotation, null, depth);
    if (value.kind === 'symbol' && value.module !== '' && value.path.length > 0) {
      return { kind: 'instance', callee: value, call: null, path: [], range: annotation.range, frame: null };
    }
    if (value.kind === 'class') return { kind: 'object', class: value.class, call: null, range: annotation.range, frame: null, ...(value.home && { home: value.home }) };
    return null;
  }

  function isMutation(binding: Binding): boolean {
    return binding.kind === 'append' || binding.kind === 'extend' || binding.kind === 'set-entry';
  }

  function mutate(value: Value, binding: Binding, repeated: boolean, frame: Frame | null, depth: number): Value {
    if (!binding.value) return value;
    const added = evaluate(binding.value, frame, depth);
    const target = value.kind === 'choice' ? value.values[0]! : value;
    if (binding.kind === 'set-entry') {
      if (binding.key === null) return target.kind === 'map' ? { ...target, open: true } : value;
      if (target.kind !== 'map' && target.kind !== 'hole' && !(target.kind === 'instance' && target.path.length === 0)) return value;
      // Entries put into a map that came from elsewhere are known even though the rest is not.
      const base = target.kind === 'map' ? target : { kind: 'map' as const, entries: new Map<string, MapItem>(), open: true, range: target.range };
      const entries = new Map(base.entries);
      const previous = entries.get(binding.key);
      entries.set(binding.key, { value: previous && binding.conditional ? choice([previous.value, added], binding.range) : added, range: binding.statementRange });
      return { ...base, entries };
    }
    if (target.kind === 'map' && binding.kind === 'extend' && first(added, 'map') === null) return { ...target, open: true };
    const addedMap = binding.kind === 'extend' ? first(added, 'map') : null;
    if (addedMap && (target.kind === 'map' || target.kind === 'hole' || target.kind === 'instance' || target.kind === 'symbol')) {
      // `params.update({…})` on a map that came from elsewhere: what is added is known, the rest is not.
      return target.kind === 'map'
        ? { ...target, entries: new Map([...target.entries, ...addedMap.entries]), open: target.open || addedMap.open }
        : { ...addedMap, open: true };
    }
    if (target.kind === 'text' || added.kind === 'text') {
      return target.kind === 'text' && binding.kind === 'extend'
        ? { ...target, pieces: [...target.pieces, ...(repeated ? [{ kind: 'hole' as const, name: binding.name, range: binding.range }] : piecesOf(added))] }
        : target.kind === 'list' ? { ...target, items: [...target.items, { value: added, repeated }], open: target.open || repeated } : value;
    }
    if (target.kind === 'number') return hole(binding.name, binding.range);
    const base = target.kind === 'list' ? target : { kind: 'list' as const, items: [{ value: target, repeated: true }], open: true, range: target.range };
    if (binding.kind === 'append') return { ...base, items: [...base.items, { value: added, repeated }], open: base.open || repeated };
    const more = first(added, 'list');
    const items = more ? more.items.map((item) => ({ ...item, repeated: item.repeated || repeated })) : [{ value: added, repeated: true }];
    return { ...base, items: [...base.items, ...items], open: base.open || !more || more.open || repeated };
  }

  // ── members ───────────────────────────────────────────────────────────────────────────────────

  function member(expression: MemberExpression, frame: Frame | null, depth: number): Value {
    const { object, property: name, range } = expression;
    if (object.kind === 'name' && (object.name === 'self' || object.name === 'this' || object.name === 'cls')) {
      const bound = boundIn(frame, 'self', range.start);
      const known = bound ? property(bound, name, range, depth) : null;
      if (known) return known;
      const enclosing = program.scopesAt(range.start).find((scope) => scope.kind === 'class');
      const found = enclosing ? classMember(enclosing.range, name, null, depth) : null;
      if (found) return found;
      const own = enclosing ? classAt(enclosing.range) : null;
      const base = own ? foreignBase(own, depth) : null;
      return base ? { kind: 'instance', callee: base, call: null, path: [name], range, frame: null } : hole(name, range);
    }
    const value = evaluate(object, frame, depth);
    return property(value, name, range, depth) ?? hole(name, range);
  }

  /** A name of another file of the project. Packages, and what the file does not bind, stay symbols. */
  function importedFrom(module: string, symbol: string | null): Value | null {
    if (symbol === null || module === '') return null;
    // `from project.llm import litellm`: a module handed on under a package's name is that package.
    if (module.split(/[./]/).at(-1) !== symbol && /^(?:litellm|openai|anthropic|dashscope|ollama|cohere)$/.test(symbol)) return null;
    const found = importFrom(module)?.exported(symbol) ?? null;
    if (found) return found;
    // `from . import config`: the name is a module itself.
    const inner = module.endsWith('.') ? `${module}${symbol}` : `${module}.${symbol}`;
    return program.language === 'python' && importFrom(inner) ? { kind: 'symbol', module: inner, path: [], range: null } : null;
  }

  /** Attribute or entry `name` of a value; null when nothing is known of it. */
  function property(value: Value, name: string, range: TextRange, depth: number): Value | null {
    if ((value.kind === 'class' || value.kind === 'object' || value.kind === 'function') && value.home && value.home !== self) return value.home.propertyOf(value, name);
    switch (value.kind) {
      case 'map': {
        // Go's `config.Model` is the entry that is sent as `model`.
        const item = value.entries.get(name) ?? (/^[A-Z]/.test(name) ? value.entries.get(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()) : undefined);
        return item ? reachedBy(item.value, 'constant') : null;
      }
      case 'list': {
        const index = Number(name);
        const item = Number.isInteger(index) ? value.items.at(index) : undefined;
        return item ? item.value : null;
      }
      case 'symbol': return symbolMember(value, name, range, depth);
      case 'instance': return { ...value, path: [...value.path, name] };
      case 'class': return classMember(value.class.range, name, null, depth);
      case 'object': {
        const own = classMember(value.class.range, name, value, depth);
        if (own) return own;
        const base = foreignBase(value.class, depth);
        return base ? { kind: 'instance', callee: base, call: value.call, path: [name], range: value.range, frame: value.frame, ...(value.callHome && { home: value.callHome }) } : null;
      }
      // `Model.MINI.value` of an enumeration is the text itself.
      case 'text': return name === 'value' ? value : null;
      case 'choice': {
        const found = value.values.map((each) => property(each, name, range, depth)).filter((each) => each !== null);
        return found.length ? choice(found, range) : null;
      }
      case 'hole': return { kind: 'hole', name, range };
      // `getClient().chat`, written without its arguments: languages whose getters are methods.
      case 'function': return value.function.parameters.length === 0 ? property(returned(value.function, depth), name, range, depth) : null;
      default: return null;
    }
  }

  function symbolMember(value: SymbolValue, name: string, range: TextRange, depth: number): Value {
    const path = [...value.path, name];
    if (environmentMaps.has(qualified(value)) && name !== 'get' && name !== 'setdefault') return { kind: 'hole', name, range, variable: name };
    // `openai.api_base = "…"`, `dashscope.base_http_api_url = "…"`: attributes set on a module.
    if (value.module !== '') {
      if (value.path.length === 0) {
        const elsewhere = importFrom(value.module)?.exported(name);
        if (elsewhere) return elsewhere;
      }
      const set = program.memberBindings(name).filter((binding) => binding.object && binding.value);
      for (const binding of set.toReversed()) {
        const object = evaluate(binding.object!, null, depth);
        if (object.kind === 'symbol' && object.module === value.module && object.path.join('.') === value.path.join('.')) return valueOfBinding(binding, null, depth);
      }
    }
    return { kind: 'symbol', module: value.module, path, range };
  }

  /** Field, property or method of a class of this file; constructor arguments override field defaults. */
  function classMember(classRange: TextRange, name: string, object: ObjectValue | null, depth: number): Value | null {
    if (depth > maximumDepth) return null;
    if (object?.call) {
      const argument = object.call.named.find((each) => each.name === name);
      if (argument) return reachedBy(object.callHome && object.callHome !== self ? fromElsewhere(object.callHome.evaluate(argument.value, object.frame), object.callHome) : evaluate(argument.value, object.frame, depth), 'attribute');
    }
    const found: Value[] = [];
    const className = program.openClasses ? program.scopesAt(classRange.end - 1).find((each) => each.kind === 'class' && sameRange(each.range, classRange))?.name ?? null : null;
    for (const binding of program.memberBindings(name)) {
      if (!sameRange(binding.scope.range, classRange) && (className === null || binding.scope.name !== className)) continue;
      if (binding.object && !(binding.object.kind === 'name' && (binding.object.name === 'self' || binding.object.name === 'this' || binding.object.name === 'cls'))) continue;
      if (isMutation(binding)) continue;
      const frame = object?.call ? constructorFrame(binding, object, depth) : null;
      const stored = valueOfBinding(binding, frame, depth);
      if (stored.kind === 'constant' && stored.value === null) continue;
      const value = stored.kind === 'function' && stored.function.accessor ? returned(stored.function, depth) : stored;
      const variable = binding.object === null && value.kind !== 'function' ? settingsVariable(classRange, binding, depth) : null;
      found.push(variable === null ? reachedBy(value, 'attribute') : value.kind === 'text' ? { ...reachedBy(value, 'env-default') as typeof value, variable } : value.kind === 'hole' ? { ...value, variable } : value);
    }
    if (found.length > 0) {
      // An annotation without a value, or a parameter, says less than an assignment.
      const known = found.filter((value) => value.kind !== 'hole');
      const isAnnotated = (value: Value): boolean => value.kind === 'instance' && value.call === null;
      const ordered = [...known.filter((value) => !isAnnotated(value)), ...known.filter(isAnnotated)];
      return choice(ordered.length ? ordered : found, null);
    }
    return inheritedMember(classRange, name, object, depth);
  }

  /** Variable of the environment that sets a field of pydantic's BaseSettings; null for other classes. */
  function settingsVariable(classRange: TextRange, { name, value }: Binding, depth: number): string | null {
    if (program.language !== 'python' || !/\bBaseSettings\b/.test(program.text)) return null;
    const own = classAt(classRange);
    const base = own ? foreignBase(own, depth) : null;
    if (base?.path.at(-1) !== 'BaseSettings') return null;
    const alias = value?.kind === 'call' ? value.named.find((each) => (each.name === 'env' || each.name === 'alias' || each.name === 'validation_alias') && each.value.kind === 'string')?.value : undefined;
    if (alias?.kind === 'string') return alias.value;
    const prefix = /\benv_prefix["']?\s*[=:]\s*["'](\w*)["']/.exec(program.text.slice(classRange.start, classRange.end))?.[1] ?? '';
    return (prefix + name).toUpperCase();
  }

  /** What a function without arguments gives. */
  function returned(target: FunctionExpression, depth: number): Value {
    if (active.has(target) || depth > maximumDepth / 2) return hole(target.name ?? 'value', target.range);
    active.add(target);
    const values = target.returns().slice(0, 6).map((each) => evaluate(each, null, depth + 1));
    active.delete(target);
    return values.length ? choice(values, target.range) : hole(target.name ?? 'value', target.range);
  }

  function inheritedMember(classRange: TextRange, name: string, object: ObjectValue | null, depth: number): Value | null {
    const classNode = classAt(classRange);
    if (!classNode) return null;
    for (const base of classNode.bases) {
      const value = evaluate(base, null, depth);
      if (value.kind === 'class' && value.home && value.home !== self) {
        const found = value.home.propertyOf({ kind: 'object', class: value.class, call: null, frame: null, range: null }, name);
        if (found) return found;
        continue;
      }
      if (value.kind === 'class' && !sameRange(value.class.range, classRange)) {
        const found = classMember(value.class.range, name, object, depth + 1);
        if (found) return found;
      }
    }
    return null;
  }

  /** Imported class that a class of this file extends, directly or through others: `class Model(GenerativeModel)`. */
  function foreignBase(target: ClassExpression, depth: number): SymbolValue | null {
    if (depth > maximumDepth) return null;
    for (const base of target.bases) {
      const value = evaluate(base, null, depth + 1);
      if (value.kind === 'symbol' && value.module !== '') return value;
      if (value.kind === 'class' && value.home && value.home !== self) {
        for (const each of value.class.bases) { const far = value.home.evaluate(each); if (far.kind === 'symbol' && far.module !== '') return far; }
        continue;
      }
      if (value.kind === 'class' && !sameRange(value.class.range, target.range)) {
        const found = foreignBase(value.class, depth + 1);
        if (found) return found;
      }
    }
    return null;
  }

  function classAt(range: TextRange): ClassExpression | null {
    const scope = program.scopesAt(range.end - 1).find((each) => each.kind === 'class' && sameRange(each.range, range));
    if (!scope?.name) return null;
    for (const binding of program.bindings(scope.name)) {
      if (binding.kind === 'class' && binding.value?.kind === 'class' && sameRange(binding.value.range, range)) return binding.value;
    }
    return null;
  }

  /** Frame in which `self.x = x` of a constructor is read, given the construction's arguments. */
  function constructorFrame(binding: Binding, object: ObjectValue, depth: number): Frame | null {
    const scope = program.scopesAt(binding.range.start).find((each) => each.kind === 'function');
    if (!scope || !object.call) return null;
    const constructors = [...program.memberBindings('__init__'), ...program.memberBindings('constructor')];
    for (const constructor of constructors) {
      if (constructor.value?.kind === 'function' && sameRange(constructor.scope.range, object.class.range)
        && constructor.value.range.start <= binding.range.start && binding.range.end <= constructor.value.range.end) {
        return bindArguments(constructor.value, object.call, object.frame, depth, object.callHome ?? self);
      }
    }
    return null;
  }

  // ── calls ─────────────────────────────────────────────────────────────────────────────────────

  function call(expression: CallExpression, frame: Frame | null, depth: number): Value {
    const { callee, range } = expression;
    const onText = callee.kind === 'member' ? textMethod(callee, expression, frame, depth) : null;
    if (onText) return onText;
    // `prompt.pipe(model).pipe(parser)`: either may be what is called in the end.
    if (callee.kind === 'member' && callee.property === 'pipe' && expression.positional.length === 1) {
      return choice([evaluate(callee.object, frame, depth), evaluate(expression.positional[0]!, frame, depth)], range);
    }
    const target = evaluate(callee, frame, depth);
    for (const each of candidates(target)) {
      if (each.kind === 'symbol') return symbolCall(each, expression, frame, depth);
      if (each.kind === 'instance') return fromFile({ kind: 'instance', callee: each, call: expression, path: [], range, frame }, depth);
      if (each.kind === 'class') return { kind: 'object', class: each.class, call: expression, range, frame, ...(each.home && { home: each.home, callHome: self }) };
      if (each.kind === 'function') return each.home && each.home !== self ? fromElsewhere(each.home.resultOf(each.function, argumentValues(each.function, expression, frame, depth)), each.home) : functionCall(each.function, expression, frame, depth);
    }
    return passThrough(expression, frame, depth) ?? hole(nameOf(expression), range);
  }

  /** `instructor.from_openai(OpenAI())`, `wrap(client)`: an unknown function around a client is that client. */
  function passThrough(expression: CallExpression, frame: Frame | null, depth: number): Value | null {
    const argument = expression.positional[0];
    if (!argument || (argument.kind !== 'call' && argument.kind !== 'name' && argument.kind !== 'member')) return null;
    const value = evaluate(argument, frame, depth);
    return value.kind === 'instance' && value.path.length === 0 && /^[A-Z]/.test(value.callee.path.at(-1) ?? '') ? value : null;
  }

  function symbolCall(symbol: SymbolValue, expression: CallExpression, frame: Frame | null, depth: number): Value {
    const name = qualified(symbol);
    const argument = (index: number): Value | null => {
      const each = expression.positional[index];
      return each ? evaluate(each, frame, depth) : null;
    };
    if (environmentCallees.has(name) || name.endsWith('.Environment.GetEnvironmentVariable') || name.endsWith('.System.getenv')) {
      const variable = plainText(argument(0)) ?? 'environment';
      const fallbackValue = argument(1) ?? namedArgument(expression, 'default', frame, depth);
      const unset: HoleValue = { kind: 'hole', name: variable, range: expression.range, variable };
      return fallbackValue && !(fallbackValue.kind === 'constant') ? fallback([unset, fallbackValue], expression.range) : unset;
    }
    if (files && program.language === 'csharp' && name.endsWith('.GetValue')) {
      const setting = settingOf(plainText(argument(0)) ?? '', ':', files);
      if (setting) return setting;
    }
    if (fieldDeclarations.has(name)) {
      const given = namedArgument(expression, 'default', frame, depth) ?? (name.startsWith('dataclasses') ? null : argument(0));
      return given && !(given.kind === 'symbol' && given.path.at(-1) === 'Ellipsis') ? reachedBy(given, 'attribute') : hole(nameOf(expression), expression.range);
    }
    if (textWrapping.test(name)) return argument(0) ?? hole(name, expression.range);
    // In C# a name may come from any of the file's namespaces, of which `System` need not be written.
    if (textConstructors.has(name) || (expression.construction && name.endsWith('.Uri'))) return argument(name.endsWith('cast') ? 1 : 0) ?? hole(name, expression.range);
    if (jsonWriters.has(name)) {
      const value = argument(0);
      if (value?.kind === 'list' || value?.kind === 'map') return { kind: 'text', pieces: jsonPieces(value) as TextPiece[], how: 'constant', range: expression.range, json: value };
      return value?.kind === 'hole' ? value : hole(nameOf(expression.positional[0] ?? expression), expression.range);
    }
    if (name === '.dict' || name === '.Object.freeze' || name === '.list' || name === '.tuple' || name === 'copy.deepcopy' || name === 'copy.copy' || name === '.structuredClone') {
      return argument(0) ?? { kind: 'list', items: [], open: false, range: expression.range };
    }
    const made = fromFile({ kind: 'instance', callee: symbol, call: expression, path: [], range: expression.range, frame }, depth);
    if (made.kind !== 'instance') return made;
    return (symbol.module === '' || !/^[A-Z]/.test(symbol.path.at(-1) ?? symbol.module) ? passThrough(expression, frame, depth) : null) ?? made;
  }

  /** The result of a call, or what it reads from a file of the project. */
  function fromFile(made: InstanceValue, depth: number): Value {
    const value: InstanceValue = { ...made, schema: () => instanceSchema(made, (of, index, name) => (of.home && of.home !== self ? null : argumentOf(of, index, name, 0))) };
    if (!files || depth > maximumDepth / 2) return value;
    const tools = readingTools(depth);
    const found = readText(value, tools) ?? readStructure(value, tools);
    if (found) return found;
    // `environment.get_template("answer.j2")`
    const { callee } = value;
    if ((callee.path.at(-1) === 'get_template' || callee.path.at(-1) === 'getTemplate') && value.call?.positional[0]) {
      const name = plainText(evaluate(value.call.positional[0], value.frame, depth));
      const loader = callee.kind === 'instance' && callee.call?.named.find((each) => each.name === 'loader');
      const made = loader && !callee.home ? evaluate(loader.value, callee.frame, depth) : null;
      const folder = made?.kind === 'instance' ? pathOf(tools.argument(made, 0), tools) : null;
      for (const each of name === null ? [] : [...(folder === null ? [] : [`${folder}/${name}`]), `templates/${name}`, `prompts/${name}`, name]) {
        const file = files.find(each);
        if (file) return textOfFile(file);
      }
    }
    return value;
  }

  function argumentOf(value: InstanceValue, index: number, name: string | undefined, depth: number): Value | null {
    const given = value.call?.named.find((each) => each.name === name)?.value ?? value.call?.positional[index];
    return given && given.kind !== 'spread' ? evaluate(given, value.frame, depth) : null;
  }

  function readingTools(depth: number): Reading {
    return {
      files: files!,
      argument: (value, index, name) => argumentOf(value, index, name, depth + 1),
      elsewhere: (value) => (value.home && value.home !== self ? value.home.pathOf(value) : undefined),
    };
  }

  function namedArgument(expression: CallExpression, name: string, frame: Frame | null, depth: number): Value | null {
    const found = expression.named.find((each) => each.name === name);
    return found ? evaluate(found.value, frame, depth) : null;
  }

  function functionCall(target: FunctionExpression, expression: CallExpression, frame: Frame | null, depth: number): Value {
    return resultWith(target, bindArguments(target, expression, frame, depth), expression, depth);
  }

  function resultWith(target: FunctionExpression, inner: Frame, expression: { readonly range: TextRange }, depth: number): Value {
    if (active.has(target) || depth > maximumDepth / 2) return hole(target.name ?? 'result', expression.range);
    active.add(target);
    try {
      const returned = target.returns().slice(0, 6).map((each) => evaluate(each, inner, depth + 1));
      const known = returned.filter((each) => !(each.kind === 'constant' && each.value === null));
      if (known.length === 0) return hole(target.name ?? 'result', expression.range);
      const value = choice(known, expression.range);
      return value.kind === 'hole' && !value.variable ? hole(target.name ?? value.name, expression.range) : reachedBy(value, 'constant');
    } finally {
      active.delete(target);
    }
  }

  function bindArguments(target: FunctionExpression, expression: CallExpression, frame: Frame | null, depth: number, home: Home = self): Frame {
    const read = (each: Expression): Value => (home === self ? evaluate(each, frame, depth) : fromElsewhere(home.evaluate(each, frame), home));
    return { owner: self, functionRange: target.range, values: argumentValues(target, expression, frame, depth, read), parent: frame };
  }

  /** Arguments of a call by the names of the function's parameters. */
  function argumentValues(target: FunctionExpression, expression: CallExpression, frame: Frame | null, depth: number, read = (each: Expression): Value => evaluate(each, frame, depth)): ReadonlyMap<string, Value> {
    const values = new Map<string, Value>();
    const parameters = target.parameters.filter((each) => each.name !== 'self' && each.name !== 'cls');
    expression.positional.forEach((argument, index) => {
      const parameter = parameters[index];
      if (!parameter || argument.kind === 'spread') return;
      const value = reachedBy(read(argument), 'constant');
      values.set(parameter.name, value);
      // `function ask({ prompt, model })`: the entries are what the body names.
      if (program.text[parameter.range.start] === '{') for (const [key, item] of first(value, 'map')?.entries ?? []) if (!values.has(key)) values.set(key, item.value);
    });
    const rest = parameters.find((each) => program.text.startsWith('**', each.range.start));
    const others = new Map<string, MapItem>();
    for (const argument of expression.named) {
      const value = reachedBy(read(argument.value), 'constant');
      values.set(argument.name, value);
      if (!parameters.some((each) => each.name === argument.name)) others.set(argument.name, { value, range: argument.range });
    }
    if (rest) values.set(rest.name.replace(/^\*+/, ''), { kind: 'map', entries: others, open: expression.spreads.length > 0, range: expression.range });
    return values;
  }

  /** Methods of strings and lists that matter for prompts: format, replace, join, strip, concat … */
  function textMethod(callee: MemberExpression, expression: CallExpression, frame: Frame | null, depth: number): Value | null {
    const name = callee.property;
    if (textPassThrough.has(name)) {
      const value = evaluate(callee.object, frame, depth);
      const texts = candidates(value).filter((each) => each.kind === 'text');
      // Files end with a line end that nobody sends.
      if (value.kind === 'text' && value.file !== undefined && /^(?:strip|trim)$/.test(name)) return { ...value, pieces: value.pieces.map((piece) => (piece.kind === 'text' ? { ...piece, text: piece.text.trim() } : piece)) };
      if (texts.length > 0 || value.kind === 'hole') return value;
      return null;
    }
    if (name === 'format' || name === 'format_map') {
      const template = first(evaluate(callee.object, frame, depth), 'text');
      return template ? formatted(template.pieces, expression, frame, depth) : null;
    }
    if (name === 'replace' || name === 'replaceAll') {
      const own = evaluate(callee.object, frame, depth);
      // Unknown text with something replaced in it is still that unknown text.
      if (own.kind === 'hole') return own;
      const template = first(own, 'text');
      const [from, to] = expression.positional;
      if (!template || !from || !to) return null;
      const needle = plainText(evaluate(from, frame, depth));
      if (!needle) return template;
      const pieces = template.pieces.flatMap((piece): readonly TextPiece[] => piece.kind === 'hole' ? [piece]
        : piece.text.split(needle).flatMap((part, index): readonly TextPiece[] => [
          ...(index ? piecesOf(evaluate(to, frame, depth)) : []), { ...piece, text: part }]));
      return { ...template, pieces, how: 'constant' };
    }
    if ((name === 'render' || name === 'render_async' || name === 'substitute' || name === 'safe_substitute') && files) {
      const template = first(evaluate(callee.object, frame, depth), 'text');
      const entries = expression.positional[0] ? first(evaluate(expression.positional[0], frame, depth), 'map')?.entries : undefined;
      const put = (key: string): readonly TextPiece[] | null => {
        const argument = expression.named.find((each) => each.name === key)?.value;
        return argument ? piecesOf(evaluate(argument, frame, depth)) : entries?.has(key) ? piecesOf(entries.get(key)!.value) : null;
      };
      return template && { ...template, pieces: name.startsWith('render') ? filledTemplate(template.pieces, put) : dollars(template.pieces, put), how: 'constant' };
    }
    if (name === 'join') {
      const own = evaluate(callee.object, frame, depth);
      const separator = own.kind === 'list' ? plainText(expression.positional[0] ? evaluate(expression.positional[0], frame, depth) : null) : plainText(own);
      const items = own.kind === 'list' ? own : first(expression.positional[0] ? evaluate(expression.positional[0], frame, depth) : null, 'list');
      if (separator === null || !items) return null;
      const pieces: TextPiece[] = [];
      items.items.forEach((item, index) => {
        if (index && separator) pieces.push({ kind: 'text', text: separator, range: null });
        if (item.repeated) pieces.push({ kind: 'hole', name: nameForRepeat(item.value, callee.object), range: item.value.range });
        else pieces.push(...piecesOf(item.value));
      });
      return { kind: 'text', pieces, how: 'constant', range: expression.range };
    }
    if (name === 'concat') {
      const own = evaluate(callee.object, frame, depth);
      if (own.kind !== 'list' && own.kind !== 'text') return null;
      return concatenation([own, ...expression.positional.map((each) => evaluate(each, frame, depth))], expression.range, false);
    }
    if (name === 'copy' || name === 'slice') {
      const own = evaluate(callee.object, frame, depth);
      return own.kind === 'list' || own.kind === 'map' ? own : null;
    }
    if (name === 'get') {
      const stored = storedIn(callee.object, expression.range, frame, depth);
      if (stored) return stored;
      const own = evaluate(callee.object, frame, depth);
      const key = expression.positional[0] ? plainText(evaluate(expression.positional[0], frame, depth)) : null;
      const other = expression.positional[1];
      if (key === null) return null;
      if (own.kind !== 'map') {
        // `config.get("model", "gpt-4o")` of a configuration out of sight: the default is what runs when nothing is set.
        if (own.kind === 'symbol' && environmentCallees.has(`${qualified(own)}.get`)) return null;
        const usual = other ? evaluate(other, frame, depth) : null;
        return usual?.kind === 'text' && own.kind !== 'list' && own.kind !== 'text' ? choice([reachedBy(usual, 'config'), hole(key, expression.range)], expression.range) : null;
      }
      return property(own, key, expression.range, depth) ?? (other ? evaluate(other, frame, depth) : hole(key, expression.range));
    }
    return null;
  }

  /** `$name` and `${name}` of Python's string.Template. */
  function dollars(pieces: readonly TextPiece[], given: (name: string) => readonly TextPiece[] | null): readonly TextPiece[] {
    return pieces.flatMap((piece): readonly TextPiece[] => (piece.kind === 'hole' ? [piece] : piece.text.split(/(\$(?:\w+|\{\w+\}|\$))/).flatMap((part): readonly TextPiece[] => {
      const name = /^\$\{?(\w+)\}?$/.exec(part)?.[1];
      return name !== undefined ? given(name) ?? [{ kind: 'hole', name, range: piece.range }] : part === '' ? [] : [{ ...piece, text: part === '$$' ? '$' : part }];
    })));
  }

  /** Clients kept under keys that only the running program knows: `clients.set(key, new OpenAI())`, `clients[key] = OpenAI()`. */
  function storedIn(keeper: Expression, range: TextRange, frame: Frame | null, depth: number): Value | null {
    const name = keeper.kind === 'name' ? keeper.name : keeper.kind === 'member' ? keeper.property : null;
    if (name === null || active.has(keeper)) return null;
    const sameKeeper = (each: Expression): boolean => (each.kind === 'name' ? each.name : each.kind === 'member' ? each.property : null) === name;
    const put = [
      ...(keeper.kind === 'name' ? program.bindings(name) : program.memberBindings(name)).flatMap((each) => (each.kind === 'set-entry' && each.key === null && each.value ? [each.value] : [])),
      ...(setsEntries(program.text) ? program.callsOf('set') : []).flatMap((each) => (each.callee.kind === 'member' && sameKeeper(each.callee.object) && each.positional[1] ? [each.positional[1]] : [])),
    ];
    if (put.length === 0 || put.length > 20) return null;
    active.add(keeper);
    const clients = put.flatMap((each) => candidates(evaluate(each, frame, depth + 1))).filter((each) => each.kind === 'instance' || each.kind === 'object');
    active.delete(keeper);
    return clients.length > 0 ? choice(clients, range) : null;
  }

  function nameForRepeat(value: Value, fallbackName: Expression): string {
    return value.kind === 'hole' ? value.name : nameOf(fallbackName) === 'value' ? 'items' : nameOf(fallbackName);
  }

  /** `"… {x} …".format(x=…)` on a template that is not a literal at the call. */
  function formatted(pieces: readonly TextPiece[], expression: CallExpression, frame: Frame | null, depth: number): Value {
    let automatic = 0;
    const out = pieces.flatMap((piece): readonly TextPiece[] => {
      if (piece.kind === 'hole') return [piece];
      const parts = piece.text.split(/(\{\{|\}\}|\{[\w.[\]]*(?:![rsa])?(?::[^{}]*)?\})/);
      return parts.flatMap((part): readonly TextPiece[] => {
        if (part === '{{' || part === '}}') return [{ ...piece, text: part[0]! }];
        const field = /^\{([\w]*)/.exec(part);
        if (!field || !part.endsWith('}')) return part ? [{ ...piece, text: part }] : [];
        const key = field[1]!;
        const index = key === '' ? automatic++ : /^\d+$/.test(key) ? Number(key) : -1;
        const argument = index >= 0 ? expression.positional[index] : expression.named.find((each) => each.name === key)?.value;
        return argument ? piecesOf(evaluate(argument, frame, depth)) : [{ kind: 'hole', name: key || 'value', range: piece.range }];
      });
    });
    return { kind: 'text', pieces: out, how: 'constant', range: expression.range };
  }

  const exports = new Map<string, Value | null>();

  const self: Resolver = {
    program,
    evaluate: (expression, frame = null) => evaluate(expression, frame),
    lookup: (name, offset, frame = null) => lookup(name, offset, frame),
    propertyOf: (value, name) => {
      const found = property(value, name, { start: 0, end: 0 }, 0);
      return found && fromElsewhere(found, self);
    },
    resultOf: (target, values) => resultWith(target, { owner: self, functionRange: target.range, values, parent: null }, { range: target.range }, 0),
    imported: (module) => importFrom(module),
    pathOf: (value) => (files ? openedPath(value, readingTools(0)) ?? pathOf(value, readingTools(0)) : null),
    frameOf(target, site, from, frame) {
      const bound = bindArguments(target, site, frame, 0, from);
      const object = site.callee.kind === 'member' ? candidates(from.evaluate(site.callee.object, frame)).find((each) => each.kind === 'object') : undefined;
      if (!object) return bound;
      return { ...bound, values: new Map([...bound.values, ['self', from === self ? object : fromElsewhere(object, from)]]) };
    },
    exported(name) {
      const known = exports.get(name);
      if (known !== undefined) return known;
      // An import that leads back here finds nothing.
      exports.set(name, null);
      const found = exportedValue(name);
      exports.set(name, found);
      return found;
    },
  };

  function exportedValue(name: string): Value | null {
    const { text: source } = program;
    const standard = name === 'default' ? /\bexport\s+default\s+(?:async\s+)?(?:function\s+|class\s+)?([\w$]+)/.exec(source)?.[1] ?? /\bmodule\.exports\s*=\s*([\w$]+)\s*;?\s*$/m.exec(source)?.[1] : undefined;
    if (name === 'default' && standard === undefined) return null;
    const renamed = standard ?? (program.language === 'python' ? undefined : new RegExp(`\\b([\\w$]+)\\s+as\\s+${name.replaceAll('$', '\\$')}\\b[^{}]*\\}(?!\\s*from)`).exec(source)?.[1]);
    const own = renamed ?? name;
    if (program.bindings(own).some((binding) => binding.scope.kind === 'module')) {
      const value = lookup(own, source.length);
      return value.kind === 'hole' && !value.variable ? null : fromElsewhere(reachedBy(value, 'constant'), self);
    }
    if (program.language === 'python') {
      for (const [, module] of source.matchAll(/^from\s+([\w.]+)\s+import\s+\*/gm)) { const found = importFrom(module!)?.exported(name); if (found) return found; }
      return null;
    }
    // export { name } from './x'; export * from './x'
    for (const [, names, module] of source.matchAll(/\bexport\s*(?:\*|\{([^}]*)\})\s*from\s*['"]([^'"]+)['"]/g)) {
      const handed = names === undefined ? name : names.split(',').map((each) => each.trim().split(/\s+as\s+/)).find((each) => (each[1] ?? each[0]) === name)?.[0];
      const found = handed === undefined ? null : importFrom(module!)?.exported(handed);
      if (found) return found;
    }
    return null;
  }

  return self;
}

function qualified(symbol: SymbolValue): string {
  return [symbol.module, ...symbol.path].join('.');
}

function sameRange(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end;
}

/** A short name for people for what an expression stands for. */
export function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case 'name': return expression.name;
    case 'member': return expression.property;
    case 'index': return expression.index.kind === 'string' ? expression.index.value : nameOf(expression.object);
    case 'call': return nameOf(expression.callee);
    case 'unknown': return expression.text.length > 40 ? `${expression.text.slice(0, 39)}…` : expression.text;
    case 'repeat': return expression.over ? nameOf(expression.over) : 'items';
    default: return 'value';
  }
}
