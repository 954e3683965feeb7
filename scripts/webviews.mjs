/** How the pages of the editor and of `tokenfare report` are bundled: one script and one style each, in dist/webview/. */
import { yamlEsbuild } from './yamlPlugin.mjs';

/** @returns {import('esbuild').BuildOptions} */
export function webviews(/** @type {string} */ root, /** @type {string} */ outdir) {
  return {
    absWorkingDir: root,
    entryPoints: { comparison: 'media/comparison.ts', report: 'media/report.ts' },
    outdir,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    minify: true,
    plugins: [yamlEsbuild()],
  };
}

/** Both pages share a style. */
export const styles = { from: 'media/page.css', to: ['comparison.css', 'report.css'] };
