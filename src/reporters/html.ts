/**
 * The report as one file that a browser opens anywhere: the same page as in the editor, with its data, script and style
 * inside. It reaches no network and runs nothing but its own script, whatever names the code holds.
 */
import type { Translate } from '../messages.js';
import type { Report } from './report.js';

export interface PageAsset {
  readonly text: string;
  /** Base64 of its SHA-256. */
  readonly hash: string;
}

/** Text inside a script element must not end it. */
export function embedded(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

export function html(report: Report, { script, style }: { readonly script: PageAsset; readonly style: PageAsset }, t: Translate): string {
  const title = t('Tokenfare report');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-${script.hash}'; style-src 'sha256-${style.hash}'; base-uri 'none'; form-action 'none'">
<title>${title}</title>
<style>${style.text}</style>
</head>
<body class="standalone">
<main id="root"><noscript>${report.calls.length} calls; this page needs its script to list them.</noscript></main>
<script type="application/json" id="data">${embedded({ report })}</script>
<script>${script.text}</script>
</body>
</html>
`;
}
