/** YAML files are parsed at build time (scripts/yamlPlugin.mjs); their shape is checked where they are used. */
declare module '*.yaml' {
  const value: unknown;
  export default value;
}

/** Build scripts that tests use; plain JavaScript with JSDoc. */
declare module '*/compare.mjs';
declare module '*/genaiPrices.mjs';
declare module '*/litellm.mjs';
declare module '*/modelsDev.mjs';
declare module '*/row.mjs';

declare module '*/yamlPlugin.mjs' {
  import type { Plugin } from 'esbuild';
  export function yamlEsbuild(): Plugin;
  export function yamlVite(): import('vite').Plugin;
}
