/** YAML files are parsed at build time (scripts/yamlPlugin.mjs); their shape is checked where they are used. */
declare module '*.yaml' {
  const value: unknown;
  export default value;
}
