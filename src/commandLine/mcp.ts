/**
 * `tokenfare mcp`: a Model Context Protocol server over standard input and output. It reads files below the working
 * directory and nothing else, changes none, and reaches no network.
 */
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { openContainer, plainPlaces } from '../core/container.js';
import type { DocumentSession, Engine } from '../core/engine.js';
import { exactly } from '../core/exactly.js';
import type { Configuration } from '../core/model.js';
import { english, skipMessage } from '../messages.js';
import { type AgentHost, type AskedCall, ToolError, type ToolName, answerTool, previewSwitch, toolInputs } from '../reporters/agentTools.js';
import { reportOf } from '../reporters/report.js';
import { openEngine } from './assets.js';
import { todayIso } from './output.js';
import { ownersIn } from './owners.js';
import { openProject } from './project.js';
import { configurationFor, readText, scan } from './scan.js';

/** A tool as package.json describes it. */
export interface ToolDescription {
  readonly name: string;
  readonly displayName: string;
  readonly modelDescription: string;
  readonly inputSchema: object;
}

/** Serves until standard input ends. */
export async function runMcp(version: string, tools: readonly ToolDescription[]): Promise<number> {
  const engine = await openEngine();
  const host = await hostIn(process.cwd(), engine);
  const server = new Server({ name: 'tokenfare', version }, {
    capabilities: { tools: {} },
    instructions: 'Costs and data residency of LLM calls in source code. Figures are estimates with ranges; "unknown" is never zero. Paths are relative to the working directory.',
  });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, displayName, modelDescription, inputSchema }) => ({
      name, title: displayName, description: modelDescription, inputSchema: inputSchema as { type: 'object' }, annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: input } }) => {
    if (!Object.hasOwn(toolInputs, name)) return { isError: true, content: [{ type: 'text' as const, text: `no tool "${name}"` }] };
    try {
      return { content: [{ type: 'text' as const, text: await answerTool(name as ToolName, input, host, english) }] };
    } catch (error) {
      if (!(error instanceof ToolError)) process.stderr.write(`tokenfare: ${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
      return { isError: true, content: [{ type: 'text' as const, text: error instanceof Error ? error.message : String(error) }] };
    }
  });
  const ended = new Promise<void>((done) => { server.onclose = done; process.stdin.on('end', done); });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
  return 0;
}

/** Answers from the files below `root`. */
export async function hostIn(root: string, engine: Engine): Promise<AgentHost> {
  const top = await realpath(root);
  /** Absolute path of a file that lies below the root, links followed. */
  const inside = async (path: string): Promise<string> => {
    const absolute = resolve(top, path);
    const real = await realpath(absolute).catch(() => { throw new ToolError(`${path}: no such file or folder`); });
    const way = relative(top, real);
    if (way.startsWith(`..${sep}`) || way === '..' || resolve(real) !== resolve(top, way)) throw new ToolError(`${path}: outside of the working directory`);
    return absolute;
  };
  const configurationAt = async (path: string): Promise<Configuration> => (await configurationFor(path, { facts: engine.facts })).configuration;

  const withSession = async <T>(file: string, use: (session: DocumentSession, calls: readonly AskedCall[], text: string, configuration: Configuration) => T): Promise<T> => {
    const path = await inside(file);
    if ((await stat(path)).isDirectory()) throw new ToolError(`${file}: a folder, not a file`);
    const read = readText(path);
    if ('reason' in read) throw new ToolError(`${file}: ${skipMessage(read.reason, english)}`);
    const container = openContainer(path, read.text);
    const contained = container && 'text' in container ? container : null;
    const language = contained?.language ?? engine.languageOf(path);
    if (!language) throw new ToolError(`${file}: ${skipMessage('unsupported-language', english)}`);
    const code = contained?.text ?? read.text;
    await engine.prepare(language, code);
    const session = engine.open(language, code, openProject()(path));
    try {
      const configuration = await configurationAt(path);
      const places = contained?.placeOf ?? plainPlaces(read.text);
      const { calls, findings } = await exactly(engine, () => session.analyze(configuration, todayIso()));
      return await exactly(engine, () => use(session, calls.map((call) => ({ file, line: places(call.calleeRange.start).line, call, findings: findings.filter((each) => each.callId === call.id) })), code, configuration));
    } finally {
      session.dispose();
    }
  };
  const chosen = (file: string, calls: readonly AskedCall[], line?: number): readonly AskedCall[] => {
    const found = line === undefined ? calls : calls.filter((each) => each.line === line);
    if (found.length === 0) throw new ToolError(calls.length === 0 ? `${file}: no call of an LLM API found` : `${file}:${line}: no call begins here; calls begin on lines ${calls.map((each) => each.line).join(', ')}`);
    return found;
  };

  return {
    facts: async () => engine.factsFor(await configurationAt(top)),
    configuration: async (file) => configurationAt(file === undefined ? top : await inside(file)),
    today: todayIso,
    async scan(paths) {
      const absolute = await Promise.all(paths.map(inside));
      const result = await scan(engine, { paths: absolute.length > 0 ? absolute : [top], today: todayIso(), facts: engine.facts });
      return reportOf({ ...result, facts: engine.facts, ownersOf: await ownersIn(top) }, english);
    },
    calls: (file, line) => withSession(file, (_session, calls) => chosen(file, calls, line)),
    async compare(subject, file) {
      const configuration = await configurationAt(file === undefined ? top : await inside(file));
      return exactly(engine, () => engine.compare(subject, { configuration, today: todayIso(), limit: 30 }));
    },
    switchPreview: (file, line, provider, model) => withSession(file, (session, calls, text, configuration) => {
      const [{ call }] = chosen(file, calls, line) as [AskedCall];
      return previewSwitch(session, call, text, provider, model, configuration, todayIso(), engine.factsFor(configuration));
    }),
  };
}
