/** How the usage dashboard is bundled: one script and one style in dist/webview/. */

/** @returns {import('esbuild').BuildOptions} */
export function dashboardPage(/** @type {string} */ root) {
  return {
    absWorkingDir: root,
    entryPoints: { dashboard: 'media/dashboard.ts' },
    outdir: 'dist/webview',
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    minify: true,
  };
}
