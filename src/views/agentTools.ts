/** The language-model tools: agents in the editor get the answers of `tokenfare mcp`, about the files as they are open. */
import * as vscode from 'vscode';
import type { DocumentSession } from '../core/engine.js';
import { exactly } from '../core/exactly.js';
import type { Configuration } from '../core/model.js';
import { languageOf } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import type { WorkspaceIndex } from '../editor/workspaceIndex.js';
import { reportIn } from '../editor/workspaceReport.js';
import { type AgentHost, type AskedCall, ToolError, type ToolName, answerTool, previewSwitch, toolInputs } from '../reporters/agentTools.js';

/** Registers every tool; where the editor has no language-model tools there is nothing to register. */
export function register(services: Services, index: WorkspaceIndex): vscode.Disposable & { answer(name: ToolName, input: unknown): Promise<string> } {
  const host = hostOf(services, index);
  const answer = async (name: ToolName, input: unknown): Promise<string> => {
    try {
      return await answerTool(name, input, host, services.translate);
    } catch (error) {
      if (!(error instanceof ToolError)) services.log.channel.error(`${name}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
      // The editor shows the agent what the error says.
      throw error;
    }
  };
  const tools = typeof vscode.lm?.registerTool === 'function' ? (Object.keys(toolInputs) as ToolName[]).map((name) => vscode.lm.registerTool(name, {
    invoke: async ({ input }) => new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(await answer(name, input))]),
    prepareInvocation: () => ({ invocationMessage: services.translate('Tokenfare is reading the code') }),
  })) : [];
  const subscriptions = vscode.Disposable.from(...tools);
  return { dispose: () => subscriptions.dispose(), answer };
}

function hostOf(services: Services, index: WorkspaceIndex): AgentHost {
  const { settings, documents } = services;
  /** A file that lies in the workspace; nothing else is read. */
  const uriOf = async (file: string): Promise<vscode.Uri> => {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const uri = file.startsWith('/') ? folder.uri.with({ path: file }) : vscode.Uri.joinPath(folder.uri, file.replace(new RegExp(`^${folder.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/(?=.)`), (vscode.workspace.workspaceFolders?.length ?? 0) > 1 ? '' : '$&'));
      if (!vscode.workspace.getWorkspaceFolder(uri)) continue;
      if (await vscode.workspace.fs.stat(uri).then(() => true, () => false)) return uri;
    }
    throw new ToolError(`${file}: no such file in the workspace`);
  };
  const analyzedAt = async (file: string) => {
    const document = await vscode.workspace.openTextDocument(await uriOf(file));
    const analyzed = languageOf(document) === null ? undefined : await documents.current(document);
    if (!analyzed) throw new ToolError(`${file}: language not supported`);
    return analyzed;
  };
  const calls = async (file: string, line?: number): Promise<readonly AskedCall[]> => {
    const { analysis, lines } = await analyzedAt(file);
    const all = analysis.calls.map((call): AskedCall => ({ file, line: lines.positionAt(call.calleeRange.start).line, call, findings: analysis.findings.filter((each) => each.callId === call.id) }));
    const found = line === undefined ? all : all.filter((each) => each.line === line);
    if (found.length === 0) throw new ToolError(all.length === 0 ? `${file}: no call of an LLM API found` : `${file}:${line}: no call begins here; calls begin on lines ${all.map((each) => each.line).join(', ')}`);
    return found;
  };
  const configuration = async (file?: string): Promise<Configuration> => {
    await settings.ready();
    return settings.configurationFor(file === undefined ? undefined : await uriOf(file));
  };
  return {
    facts: async () => (await services.engine()).factsFor(await configuration()),
    configuration,
    today: services.today,
    async scan(paths) {
      const scan = await index.ready();
      const wanted = await Promise.all(paths.map(uriOf));
      const within = ({ uri }: { readonly uri: vscode.Uri }): boolean => wanted.length === 0 || wanted.some((each) => uri.path === each.path || uri.path.startsWith(`${each.path.replace(/\/$/, '')}/`));
      return reportIn(services, { ...scan, files: scan.files.filter(within), skipped: scan.skipped.filter(within) });
    },
    calls,
    async compare(subject, file) {
      const engine = await services.engine();
      const holds = await configuration(file);
      return exactly(engine, () => engine.compare(subject, { configuration: holds, today: services.today(), limit: 30 }));
    },
    async switchPreview(file, line, provider, model) {
      const [asked] = await calls(file, line) as [AskedCall];
      const analyzed = await analyzedAt(file);
      const facts = (await services.engine()).factsFor(analyzed.configuration);
      const session: Pick<DocumentSession, 'offers' | 'switchTo'> = { offers: (call, at) => analyzed.offers(call, at), switchTo: (call, target) => analyzed.switchTo(call, target) };
      return previewSwitch(session, asked.call, analyzed.document.getText(), provider, model, analyzed.configuration, services.today(), facts);
    },
  };
}
