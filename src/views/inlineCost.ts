/** A short grey figure at the end of a call's first line. */
import * as vscode from 'vscode';
import { formatMoneySpread, scaleSpread } from '../core/format.js';
import type { CallSite } from '../core/model.js';
import { moveOffset } from '../editor/changes.js';
import { documentSelector } from '../editor/documents.js';
import type { Services } from '../editor/services.js';
import { shortEstimate } from '../editor/summary.js';
import { priceAgeMessage, type Translate } from '../messages.js';

/** Shows inlay hints. While a new analysis is due the last figures stay, moved along with the edits. */
export function register(services: Services): vscode.Disposable {
  const { documents, settings, log, translate: t } = services;
  const changed = new vscode.EventEmitter<void>();

  const provideInlayHints = (document: vscode.TextDocument, visible: vscode.Range): vscode.InlayHint[] => {
    if (settings.inline() !== 'inlay') return [];
    const latest = documents.latest(document);
    if (!latest) {
      void documents.current(document);
      return [];
    }
    const length = document.getText().length;
    return latest.analyzed.analysis.calls.flatMap((call) => {
      const start = document.positionAt(Math.min(moveOffset(call.calleeRange.start, latest.changes), length));
      const position = document.lineAt(start.line).range.end;
      return visible.contains(position) || visible.intersection(document.lineAt(start.line).range) ? [hintOf(call, position, latest.analyzed.today, t)] : [];
    });
  };

  return vscode.Disposable.from(
    changed,
    documents.onDidAnalyze(() => changed.fire()),
    settings.onDidChange(() => changed.fire()),
    vscode.languages.registerInlayHintsProvider(documentSelector, {
      onDidChangeInlayHints: changed.event,
      provideInlayHints: (document, range) => log.guard('inlay hints', [], () => provideInlayHints(document, range)),
    }),
  );
}

function hintOf(call: CallSite, position: vscode.Position, today: string, t: Translate): vscode.InlayHint {
  const hint = new vscode.InlayHint(position, shortEstimate(call, t, today));
  hint.paddingLeft = true;
  const { perCall, currency, priceCheckedOn } = call.estimate.cost;
  const age = priceAgeMessage(priceCheckedOn, today, t);
  hint.tooltip = perCall
    ? `${age ? `${age}. ` : ''}${t('Per 1,000 calls: {0}. Hover over the call for details.', formatMoneySpread(scaleSpread(perCall, 1000), currency, t('unknown')))}`
    : t('Hover over the call for details.');
  return hint;
}
