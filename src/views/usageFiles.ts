/** Import, export and deletion of measured usage, from the palette and from the dashboard. */
import * as vscode from 'vscode';
import { withOwn } from '../core/ownCatalog.js';
import { periodOf } from '../core/period.js';
import type { UsageRecord, UsageSource } from '../core/usageRecord.js';
import { usageSources } from '../core/usageRecord.js';
import { registerCommand } from '../editor/commands.js';
import type { Services } from '../editor/services.js';
import type { Usage } from '../editor/usage.js';
import type { ImportKind } from '../metering/importLogs.js';
import { openFocusExport } from '../reporters/focus.js';
import { usageCsv, usageJson, usageLines } from '../reporters/usage.js';
import { spendingOf } from '../core/spending.js';

const everything = { fromMs: Date.UTC(2015, 0), toMs: Date.UTC(2100, 0) };

/** Registers the three commands, and applies the retention that is set. */
export function register(services: Services, usage: Usage, stopMetering: () => Promise<void>): vscode.Disposable {
  const { log, translate: t } = services;
  const { backend } = usage;
  const needsBackend = (run: (having: NonNullable<Usage['backend']>) => Promise<void>) => (): Promise<void> | Thenable<unknown> =>
    (backend ? run(backend) : vscode.window.showInformationMessage(t('Measured usage is kept on disk by desktop VS Code, remote windows and the command line, not in the browser.')));

  const names: Readonly<Record<ImportKind, string>> = { litellm: 'LiteLLM', openrouter: 'OpenRouter', 'openai-export': 'OpenAI', 'anthropic-export': 'Anthropic', 'claude-code': 'Claude Code', codex: 'Codex', 'gemini-cli': 'Gemini CLI' };

  const importUsage = needsBackend(async (having) => {
    const kind = await vscode.window.showQuickPick((Object.keys(names) as ImportKind[]).map((id) => ({
      label: names[id], id, description: having.importKinds[id].agent ? t('log of a coding agent, counts as a subscription') : t('spend log or usage export'), detail: having.importKinds[id].home?.() ?? '',
    })), { title: t('Import Usage Logs'), placeHolder: t('What the log comes from') });
    if (!kind) return;
    const home = having.importKinds[kind.id].home?.();
    const other = t('Choose a file or folder…');
    const from = home ? await vscode.window.showQuickPick([{ label: home }, { label: other }], { title: t('Import Usage Logs') }) : { label: other };
    if (!from) return;
    const path = from.label === other ? (await vscode.window.showOpenDialog({ canSelectFiles: true, canSelectFolders: true, openLabel: t('Import') }))?.[0]?.fsPath : from.label;
    if (!path) return;
    let billing: 'api' | 'subscription' = 'api';
    if (having.importKinds[kind.id].agent) {
      const paid = await vscode.window.showQuickPick([{ label: t('With a subscription'), description: t('shown at list price, never counted as money'), id: 'subscription' as const }, { label: t('With an API key'), description: t('counted as money'), id: 'api' as const }], { title: t('How is {0} paid?', kind.label) });
      if (!paid) return;
      billing = paid.id;
    }
    const facts = withOwn((await services.engine()).facts, services.settings.configurationFor().own);
    const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Tokenfare: importing {0}', kind.label), cancellable: true }, async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const known = new Set<string>();
      await having.readRecords(await having.ledgerFolders([usage.folder]), everything.fromMs, everything.toMs, ({ id }: UsageRecord) => known.add(id));
      const ledger = await having.openLedger({ folder: usage.folder });
      try {
        return await having.importLogs({ kind: kind.id, path, billing, facts, known, signal: controller.signal, append: (records) => ledger.append(...records), onProgress: (done, all) => progress.report({ increment: 100 / all, message: `${done} / ${all}` }) });
      } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
      } finally {
        await ledger.close();
      }
    });
    await having.announceLedger(usage.folder);
    usage.touch();
    if (!result) return;
    for (const problem of result.problems) log.channel.warn(`import: ${problem}`);
    void vscode.window.showInformationMessage(result.problems.length > 0 ? t('{0} new records of {1} files; {2} problems are in the log.', result.records, result.files, result.problems.length) : t('{0} new records of {1} files.', result.records, result.files));
  });

  const exportUsage = needsBackend(async (having) => {
    const format = await vscode.window.showQuickPick([{ label: 'CSV', id: 'csv', description: t('sums by model') }, { label: 'JSON', id: 'json', description: t('sums by model') }, { label: 'FOCUS 1.2', id: 'focus', description: t('FinOps cost and usage rows, CSV') }, { label: 'JSON Lines', id: 'jsonl', description: t('every record') }], { title: t('Export Usage'), placeHolder: t('This month') });
    if (!format) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const extension = format.id === 'focus' ? 'csv' : format.id;
    const target = await vscode.window.showSaveDialog({ ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `usage.${extension}`) }), filters: { [format.label]: [extension] } });
    if (!target) return;
    const period = periodOf({ period: 'month' }, Date.now());
    const rows = await usage.rows(period);
    const { facts } = await services.engine();
    const { currency } = services.settings.configurationFor();
    const lines = usageLines(rows, 'model', period, currency, facts.rates);
    let text = '';
    if (format.id === 'csv') text = usageCsv(lines, 'model');
    else if (format.id === 'json') text = `${JSON.stringify(usageJson(lines, 'model', period, spendingOf(rows, currency, facts.rates)), null, 2)}\n`;
    else {
      const focus = openFocusExport((id) => facts.providers.find((each) => each.id === id)?.name ?? id);
      const all: string[] = [];
      await having.readRecords(await having.ledgerFolders([usage.folder]), period.fromMs, period.toMs, (record) => { focus.add(record); if (format.id === 'jsonl') all.push(`${JSON.stringify(record)}\n`); });
      text = format.id === 'focus' ? focus.text() : all.join('');
    }
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  });

  const deleteUsage = needsBackend(async (having) => {
    const all = t('Everything');
    const what = await vscode.window.showQuickPick([{ label: all, source: null as UsageSource | null }, ...usageSources.map((source) => ({ label: source as string, source: source as UsageSource | null }))], { title: t('Delete Measured Usage'), placeHolder: t('What to delete from this machine') });
    if (!what) return;
    const yes = t('Delete');
    if (await vscode.window.showWarningMessage(what.source ? t('Delete the measured usage from {0}? This cannot be undone.', what.source) : t('Delete all measured usage? This cannot be undone.'), { modal: true }, yes) !== yes) return;
    await stopMetering();
    let [records, busy] = [0, 0];
    for (const folder of await having.ledgerFolders([usage.folder])) {
      const done = await having.deleteUsage(folder, what.source ? ({ source }) => source === what.source : undefined);
      records += done.records;
      busy += done.busy.length;
    }
    usage.touch();
    void vscode.window.showInformationMessage(busy > 0 ? t('{0} records deleted. {1} files are being written by other windows or programs; stop metering there and delete again.', records, busy) : t('{0} records deleted.', records));
  });

  const retain = async (): Promise<void> => {
    const months = vscode.workspace.getConfiguration('tokenfare').get<number>('metering.retentionMonths') ?? 0;
    if (!backend || months < 1) return;
    const removed = await backend.applyRetention(usage.folder, months, Date.now());
    if (removed.length > 0) log.channel.info(`retention: ${removed.length} files of measured usage removed`);
    await backend.compactLedger(usage.folder, Date.now());
  };
  void log.guard('retention of usage', undefined, retain);
  return vscode.Disposable.from(registerCommand('tokenfare.importUsage', log, importUsage), registerCommand('tokenfare.exportUsage', log, exportUsage), registerCommand('tokenfare.deleteUsage', log, deleteUsage));
}
