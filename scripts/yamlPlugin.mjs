/**
 * Turns `import facts from './x.yaml'` into a JavaScript module holding the parsed value, so that no YAML
 * parser and no YAML text is shipped. A syntax error fails the build and names file:line.
 */
import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';

/** Parses YAML 1.2 `text`; throws an Error whose message begins with `file:line:column`. */
export function parseYaml(text, file) {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, strict: true, prettyErrors: false });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const error = new Error(`${file}:${line}:${col}: ${problem.message}`);
    error.position = { line, column: col - 1, message: problem.message };
    throw error;
  }
  return document.toJS({ maxAliasCount: 1000 });
}

/**
 * JavaScript module for a parsed file. A provider file becomes its head and the JSON text of its models: JSON.parse
 * reads data several times faster than the compiler reads literals, and models are only parsed when asked for.
 */
export function moduleOf(value) {
  const parse = (data) => `JSON.parse(${JSON.stringify(JSON.stringify(data ?? null))})`;
  if (Array.isArray(value?.endpoints) && Array.isArray(value.models)) {
    const { models, ...head } = value;
    return `export default { head: ${parse(head)}, models: ${JSON.stringify(JSON.stringify(models))} };`;
  }
  return `export default ${parse(value)};`;
}

/** esbuild plugin: loads `*.yaml` (default export = parsed value, see `moduleOf`). */
export function yamlEsbuild() {
  return {
    name: 'yaml',
    setup(build) {
      build.onLoad({ filter: /\.ya?ml$/ }, async (args) => {
        try {
          const value = parseYaml(await readFile(args.path, 'utf8'), args.path);
          return { contents: moduleOf(value), loader: 'js', watchFiles: [args.path] };
        } catch (error) {
          const { line, column, message } = error.position ?? { line: 1, column: 0, message: String(error) };
          return { errors: [{ text: message, location: { file: args.path, line, column } }] };
        }
      });
    },
  };
}

/** vite/vitest plugin: the same for tests. */
export function yamlVite() {
  return {
    name: 'yaml',
    enforce: 'pre',
    async load(id) {
      const file = id.split('?')[0];
      if (!/\.ya?ml$/.test(file) || id.includes('?raw')) return null;
      const value = parseYaml(await readFile(file, 'utf8'), file);
      return { code: moduleOf(value), map: null };
    },
  };
}
