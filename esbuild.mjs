/**
 * Builds everything that runs: `dist/` is what ships (command line, desktop and web extension, grammars,
 * vocabularies), `out/` the test suites. `--watch` rebuilds on change, `--tests` adds the suites,
 * `--sourcemap` adds maps to the extension, `--benches` builds only the benches.
 */
import { build, context } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { styles, webviews } from './scripts/webviews.mjs';
import { dashboardPage } from './scripts/dashboardPage.mjs';
import { yamlEsbuild } from './scripts/yamlPlugin.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');
const withTests = process.argv.includes('--tests') || watch;
const withMaps = process.argv.includes('--sourcemap') || watch;

const grammars = ['python', 'typescript', 'tsx', 'javascript', 'go', 'java', 'c-sharp', 'php', 'ruby', 'rust', 'bash', 'powershell', 'kotlin'];
/** Grammars that have a package of their own. */
const grammarPackages = { kotlin: '@tree-sitter-grammars/tree-sitter-kotlin' };

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // Names stay, so that a stack trace in a bug report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [yamlEsbuild()],
  sourcemap: withMaps,
};

/** @type {import('esbuild').BuildOptions} */
const commandLine = {
  ...common,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.mjs',
  // Asked for by pg in a branch that is not taken.
  external: ['pg-native'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: false,
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);",
  },
};

/** @type {import('esbuild').BuildOptions} */
const desktopExtension = {
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'pg-native'],
  // The grammar runtime asks for its own address although it gets its bytes handed in.
  banner: { js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'importMetaUrl' },
};

/** @type {import('esbuild').BuildOptions} */
const webExtension = {
  ...common,
  entryPoints: ['src/extension.web.ts'],
  outfile: 'dist/extension.web.js',
  format: 'cjs',
  platform: 'browser',
  target: 'es2022',
  // `fs` and `node:module` are mentioned by the grammar runtime on a path that only Node takes.
  external: ['vscode', 'fs', 'fs/promises', 'module', 'path', 'url', 'node:module'],
  define: { 'import.meta.url': '"file:///extension.web.js"' },
};

/** Mocha's browser build sets `module.exports` where it sees one; the suite's own exports must stay. */
const browserMocha = {
  name: 'browser-mocha',
  setup({ onLoad }) {
    onLoad({ filter: /mocha[\\/]mocha\.js$/ }, async ({ path }) => ({
      contents: `const module = undefined, exports = undefined;\n${await readFile(path, 'utf8')}`, loader: 'js',
    }));
  },
};

/** A bundle of every `*.test.ts` in test/vscode; those in test/vscode/desktop need Node and run only there. */
function extensionSuite(/** @type {'node' | 'browser'} */ platform) {
  const tests = (folder) => (existsSync(join(root, folder))
    ? readdirSync(join(root, folder)).filter((file) => file.endsWith('.test.ts')).sort().map((file) => `./${folder}/${file}`) : []);
  const files = [...tests('test/vscode'), ...(platform === 'node' ? tests('test/vscode/desktop') : [])];
  const mocha = platform === 'node'
    ? "import Mocha from 'mocha/lib/mocha.cjs'; const create = (options) => new Mocha(options);"
    : "import 'mocha/mocha.js'; const create = (options) => globalThis.mocha.setup(options);";
  return {
    ...common,
    stdin: {
      contents: `${mocha}
        import { runSuite } from './test/vscode/suite.ts';
        export const run = () => runSuite(create, ${JSON.stringify(platform)}, [${files.map((file) => `() => import(${JSON.stringify(file)})`).join(', ')}]);`,
      resolveDir: root,
      sourcefile: 'suite-entry.ts',
      loader: 'ts',
    },
    outfile: platform === 'node' ? 'out/suite/desktop.cjs' : 'out/suite/web.cjs',
    format: 'cjs',
    platform,
    target: 'es2022',
    external: ['vscode'],
    sourcemap: 'inline',
    sourcesContent: false,
    minifySyntax: false,
    minifyWhitespace: false,
    logLevel: 'error',
    plugins: [...common.plugins, browserMocha],
  };
}

/** Benches keep their packages outside, so that peers are measured as they ship. */
function benches() {
  const files = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.bench.ts'));
  return {
    ...common,
    entryPoints: Object.fromEntries(files.map((file) => [file.replace('.bench.ts', ''), `bench/${file}`])),
    outdir: 'out/bench',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    minifySyntax: false,
    minifyWhitespace: false,
  };
}

/** Copies the grammar runtime, the grammars that are used and the vocabularies into dist/. */
async function copyAssets() {
  const wasm = join(root, 'dist/wasm');
  await mkdir(wasm, { recursive: true });
  const modules = join(root, 'node_modules');
  await copyFile(join(modules, 'web-tree-sitter/web-tree-sitter.wasm'), join(wasm, 'web-tree-sitter.wasm'));
  for (const grammar of grammars) {
    const file = `tree-sitter-${grammar}.wasm`;
    await copyFile(join(modules, grammarPackages[grammar] ?? '@vscode/tree-sitter-wasm/wasm', file), join(wasm, file));
  }
  await mkdir(join(root, 'dist/webview'), { recursive: true });
  for (const file of styles.to) await copyFile(join(root, styles.from), join(root, 'dist/webview', file));
  const vocabularies = join(root, 'src/tokenizers/vocabularies');
  if (existsSync(vocabularies)) {
    const target = join(root, 'dist/vocabularies');
    await mkdir(target, { recursive: true });
    for (const file of await readdir(vocabularies)) {
      if (!/\.(ts|md)$/.test(file)) await copyFile(join(vocabularies, file), join(target, file));
    }
  }
}

/** What was built and how heavy it is, in KiB: bundles and every asset beside them. */
async function sizeReport() {
  const rows = [];
  const visit = async (folder) => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (!entry.name.endsWith('.map') && entry.name !== 'meta.json') {
        rows.push({ file: relative(root, path), bytes: (await stat(path)).size, gzip: gzipSync(await readFile(path), { level: 6 }).length });
      }
    }
  };
  await visit(join(root, 'dist'));
  const kib = (bytes) => `${(bytes / 1024).toFixed(0).padStart(7)} KiB`;
  const width = Math.max(...rows.map((row) => row.file.length));
  for (const row of rows) console.log(`${row.file.padEnd(width)} ${kib(row.bytes)} ${kib(row.gzip)} gzipped`);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(`${'total'.padEnd(width)} ${kib(sum('bytes'))} ${kib(sum('gzip'))} gzipped`);
}

const bundles = [commandLine, desktopExtension, webExtension]
  .filter(({ entryPoints }) => existsSync(join(root, entryPoints[0])));
bundles.push(webviews(root, 'dist/webview'));
bundles.push(dashboardPage(root));
if (withTests && existsSync(join(root, 'test/vscode/suite.ts'))) bundles.push(extensionSuite('node'), extensionSuite('browser'));

if (process.argv.includes('--benches')) {
  await build(benches());
} else if (watch) {
  await copyAssets();
  for (const options of bundles) await (await context({ ...options, logLevel: 'info' })).watch();
  console.log('watching; Ctrl-C ends');
} else {
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await copyAssets();
  const results = await Promise.all(bundles.map((options) => build(options).catch((error) => error)));
  if (results.some((result) => result instanceof Error)) process.exit(1);
  await mkdir(join(root, 'out'), { recursive: true });
  await writeFile(join(root, 'out/meta.json'), JSON.stringify(results.map((result) => result.metafile)));
  await sizeReport();
}
