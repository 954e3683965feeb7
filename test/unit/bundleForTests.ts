/** The command line as it ships, made from the sources of now rather than from whatever `dist/` holds. */
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type Plugin, build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Writes cli.mjs with its grammars, vocabularies and pages into the folder `to`. */
export async function buildBundle(to: string): Promise<void> {
  mkdirSync(join(to, 'wasm'), { recursive: true });
  mkdirSync(join(to, 'webview'), { recursive: true });
  const load = (script: string): Promise<unknown> => import(new URL(`../../scripts/${script}`, import.meta.url).href);
  const { yamlEsbuild } = await load('yamlPlugin.mjs') as { yamlEsbuild: () => Plugin };
  const { styles, webviews } = await load('webviews.mjs') as { styles: { from: string; to: string[] }; webviews: (root: string, outdir: string) => BuildOptions };
  await build({
    absWorkingDir: root, entryPoints: ['src/cli.ts'], outfile: join(to, 'cli.mjs'), bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning',
    plugins: [yamlEsbuild()], banner: { js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);" },
  });
  await build(webviews(root, join(to, 'webview')));
  for (const file of styles.to) copyFileSync(join(root, styles.from), join(to, 'webview', file));
  cpSync(join(root, 'src/tokenizers/vocabularies'), join(to, 'vocabularies'), { recursive: true });
  copyFileSync(join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm'), join(to, 'wasm/web-tree-sitter.wasm'));
  for (const grammar of ['python', 'typescript', 'tsx', 'javascript']) {
    copyFileSync(join(root, `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${grammar}.wasm`), join(to, `wasm/tree-sitter-${grammar}.wasm`));
  }
}
