/** What an SDK table states, and what it is given to read a call. */
import type { CallExpression } from './expression.js';
import type { Operation, PromptPart, Protocol, ProviderId, Request } from './model.js';
import type { InstanceValue, Value } from './value.js';

export type Ecosystem = 'python' | 'javascript' | 'go' | 'java' | 'csharp' | 'php' | 'ruby' | 'rust' | 'shell';

/** Named access to the arguments of a call or construction, whatever the language's calling style. */
export interface ArgumentReader {
  /** Value of the first of `names` that is given (keyword, or entry of the options object), else of the positional argument at `position`. */
  get(names: string | readonly string[], position?: number): Value | null;
  /** Names of all keyword arguments or option entries. */
  readonly names: readonly string[];
  /** True when unknown arguments may be added by a spread. */
  readonly open: boolean;
}

/** A call as an SDK's `read` sees it. */
export interface CallReader {
  readonly ecosystem: Ecosystem;
  readonly call: CallExpression;
  readonly arguments: ArgumentReader;
  /** Arguments of the client's (or model object's) construction; null when it is out of sight. */
  readonly construction: ArgumentReader | null;
  /** Value of an expression of the call's own frame. */
  evaluate(expression: import('./expression.js').Expression): Value;
  /** Calls of what this call returns, in the same chain and in order: `.json(body)`, `.send()`. */
  chained(): readonly CallExpression[];
  /** True when the method is called on an object, false when on the package or as a plain function. */
  readonly isOnInstance: boolean;
  /** Other values the callee may stand for: what is piped into or out of the model (`prompt | model | parser`). */
  readonly others: readonly Value[];
  /** Arguments of constructions and calls of a value, for nested objects such as `types.Part.from_text(text=…)`. */
  argumentsOf(value: Value): ArgumentReader | null;
}

/** How a client class is constructed and where it points by default. */
export interface ClientClass {
  /** Exported names, e.g. `OpenAI`, `AsyncOpenAI`; `default` for a default import; '' for the module itself. */
  readonly symbols: readonly string[];
  readonly provider: ProviderId;
  /** Arguments that hold the base URL, by ecosystem naming. */
  readonly baseUrl: readonly string[];
  readonly key: readonly string[];
  /** Position of the first options object or positional base URL, when not 0. */
  readonly baseUrlVariables: readonly string[];
  /** Attributes of the module that hold the base URL (`dashscope.base_http_api_url`). */
  readonly baseUrlAttributes?: readonly string[];
  /** Endpoint or URL that other constructor or call arguments imply; null = none. */
  readonly place?: (construction: ArgumentReader | null, call: ArgumentReader, argumentsOf: CallReader['argumentsOf']) => ImpliedPlace | null;
}

export interface ImpliedPlace {
  readonly provider?: ProviderId;
  readonly endpointId?: string;
  readonly url?: string;
  /** The provider's usual endpoint is meant, since nothing else is said. */
  readonly usual?: boolean;
  readonly value?: Value | null;
}

export interface Method {
  /** Attributes from the client, or from the package for module-level functions. */
  readonly path: readonly string[];
  readonly operation: Operation;
  readonly protocol: Protocol | null;
  /** What is asked for; null when this is no call after all. */
  readonly read: (reader: CallReader) => RequestFields | null;
  /**
   * Names that decide whether this is a call at all, when the code around it does not: a function that takes them as
   * parameters is judged at each of its own call sites.
   */
  readonly decidedBy?: (reader: CallReader) => readonly string[];
  /** True when the path is called on the package itself (`dashscope.Generation.call`). */
  readonly onModule?: boolean;
  /**
   * True when the call is recognised by its path alone although the client is out of sight (a parameter, an
   * import of the user's own module). Only for paths that nothing else uses.
   */
  readonly distinctive?: boolean;
  /** A call of a framework, or the place where it is told the model; absent = a call of an SDK. */
  readonly kind?: 'framework-call' | 'model-binding';
  /** It only makes a request: the method that sends it in a later statement, which is then the place of the call. */
  readonly sentBy?: string;
  /** Stated by files that are no code (`Program.stated`), never called by name. */
  readonly stated?: true;
  /** With a path of one name, and the client out of sight: what the receiver must be called in a file that imports the package. */
  readonly receiver?: RegExp;
  /** What the receiver must be called in a file that does not import the package, its model being made elsewhere. */
  readonly anywhere?: RegExp;
  /** Constructed objects that only stand before a model in a pipe: with one of them, the unknown rest of the pipe is the model. */
  readonly piped?: RegExp;
}

/** What `read` yields; the engine adds the rest of `Request`. */
export type RequestFields = Pick<Request, 'maxOutputTokens' | 'stream' | 'count' | 'options'> & {
  readonly model: Value | null;
  readonly parts: readonly PromptPart[];
  /** What this call asks for, where the method alone does not say. */
  readonly operation?: Operation;
  readonly protocol?: Protocol | null;
  /** The name is common (`post`, `run`): it is a call only when the address or model says which provider it goes to. */
  readonly onlyKnownProvider?: boolean;
  /** No host is named: in a test it is the project's own server that is asked. */
  readonly isWithoutHost?: boolean;
  /** Model behind a deployment's name, where the file says so. */
  readonly deployed?: string;
};

/** What settings files of a project say of a framework's calls. */
export interface ProjectSettings {
  /** Provider and model of calls that name none, by kind; null = not said, or several are possible. */
  for(operation: Operation): { readonly provider: ProviderId | null; readonly model: string | null };
}

export interface Sdk {
  readonly id: string;
  /** Reads the project's settings around a file, when the framework keeps model or vendor there. */
  readonly settings?: (path: string, read: (path: string) => string | null | undefined) => ProjectSettings | null;
  /**
   * Names under which code imports the package: modules (Python, JavaScript), import paths (Go), packages (Java), namespaces
   * (C#, PHP), constants (Ruby), crates (Rust).
   */
  readonly packages: Readonly<Partial<Record<Ecosystem, readonly string[]>>>;
  /** Strings of which at least one occurs in any file that uses this SDK. */
  readonly needles: readonly string[];
  /** Functions that need no import (`fetch`), by ecosystem. */
  readonly globals?: Readonly<Partial<Record<Ecosystem, readonly string[]>>>;
  /** Name under which the catalog knows a model that the code calls `name`, e.g. without a `deepseek/` in front. */
  readonly catalogName?: (name: string) => string;
  readonly clients: readonly ClientClass[];
  readonly methods: readonly Method[];
  /** Names of what is made around a model and then called in its place: chains, agents. The model is among the arguments. */
  readonly around?: RegExp;
  /** Its methods are looked at without an import too: what a call sends says whether it is one. */
  readonly anywhere?: true;
  /** Calls that do not say where they go use the model object made in the same file, when there is only one. */
  readonly ambient?: true;
  /** Abstract classes that the user's own models extend: their calls go wherever the class sends them. */
  readonly baseClasses?: RegExp;
  /** Classes whose objects are called like functions. */
  readonly callables?: readonly string[];
  /** Methods of a client that return a client again (`with_options`, `withOptions`, `beta`). */
  readonly transparent?: readonly string[];
  /**
   * Factories on the client or package whose result has `methods` too and whose arguments hold the model
   * (`genai.GenerativeModel("…")`, `client.getGenerativeModel({model})`).
   */
  readonly modelFactories?: readonly string[];
}

/** The construction behind a client instance: the innermost call of a client class. */
export type Construction = InstanceValue;
