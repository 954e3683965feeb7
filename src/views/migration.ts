/** "Plan Migration": what moving every call of one provider to another comes to, as a page to read and keep. */
import * as vscode from 'vscode';
import { openContainer, plainPlaces } from '../core/container.js';
import { exactly } from '../core/exactly.js';
import { type MigratedCall, migrateCall, migrationOf } from '../core/migration.js';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import type { WorkspaceIndex } from '../editor/workspaceIndex.js';
import { providerName } from '../messages.js';
import { markdown } from '../reporters/blocks.js';
import { type MigrationPlace, migrationBlocks } from '../reporters/migration.js';

const scheme = 'tokenfare-migration';

/** Registers the command and the documents that hold plans; a plan follows the workspace while it is open. */
export function register(services: Services, index: WorkspaceIndex): vscode.Disposable {
  const { log, translate: t } = services;
  const changed = new vscode.EventEmitter<vscode.Uri>();

  const plan = async (from: string, to: string): Promise<string> => {
    const engine = await services.engine();
    const { files } = await index.ready();
    const calls: MigratedCall<MigrationPlace>[] = [];
    for (const scanned of files) {
      if (!scanned.analysis.calls.some((call) => call.destination.provider === from)) continue;
      const container = openContainer(scanned.uri.path, scanned.text);
      const code = container && 'text' in container ? container.text : scanned.text;
      await engine.prepare(scanned.language, code);
      const session = engine.open(scanned.language, code, services.project.originOfFile(scanned.uri) ?? undefined);
      try {
        const places = scanned.placeOf ?? plainPlaces(scanned.text);
        // How many call sites lead through a call is known of all files together.
        const callers = new Map(scanned.analysis.calls.map((call) => [call.id, call.callers]));
        for (const call of (await exactly(engine, () => session.analyze(scanned.configuration, services.today()))).calls) {
          if (call.destination.provider !== from) continue;
          const { cell, line } = places(call.calleeRange.start);
          calls.push(await exactly(engine, () => migrateCall(session, call, { file: scanned.file, cell, line }, { provider: to }, scanned.configuration, services.today(), callers.get(call.id))));
        }
      } finally {
        session.dispose();
      }
    }
    const configuration = services.settings.configurationFor();
    const facts = engine.factsFor(configuration);
    return markdown(migrationBlocks({ from, to, currency: configuration.currency, providers: facts.providers, migration: migrationOf(calls, configuration.currency, facts.rates) }, t));
  };

  const choose = async (given: readonly unknown[]): Promise<void> => {
    const { files } = await index.ready();
    const facts = (await services.engine()).factsFor(services.settings.configurationFor());
    const counts = new Map<string, number>();
    for (const { analysis } of files) for (const { destination } of analysis.calls) counts.set(destination.provider, (counts.get(destination.provider) ?? 0) + 1);
    counts.delete('unknown');
    if (counts.size === 0) {
      void vscode.window.showInformationMessage(t('No call in this workspace goes to a known provider.'));
      return;
    }
    const named = (value: unknown): string | undefined => facts.providers.find((each) => each.id === value)?.id;
    const from = named(given[0]) ?? (await vscode.window.showQuickPick(
      [...counts].sort((a, b) => b[1] - a[1]).map(([id, count]) => ({ id, label: providerName(id, facts.providers, t), description: t('calls: {0}', count) })),
      { title: t('Move away from which provider?') }))?.id;
    if (!from) return;
    const to = named(given[1]) ?? (await vscode.window.showQuickPick(
      facts.providers.filter((each) => each.id !== from && each.models.some((model) => model.prices.length > 0)).map((each) => ({ id: each.id, label: each.name, description: each.id })),
      { title: t('To which provider?'), matchOnDescription: true }))?.id;
    if (!to) return;
    const uri = vscode.Uri.from({ scheme, path: `/${t('From {0} to {1}', from, to)}.md`, query: `${from}&${to}` });
    changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  };

  return vscode.Disposable.from(
    changed,
    index.onDidChange(() => { for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri); }),
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => log.guard('migration plan', '', async () => {
        const [from = '', to = ''] = uri.query.split('&');
        return plan(from, to);
      }),
    }),
    registerCommand('tokenfare.planMigration', log, (...given) => choose(given)),
  );
}
