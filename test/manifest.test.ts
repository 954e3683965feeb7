/** package.json against the code and the texts that people read. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const json = (file: string): any => JSON.parse(readFileSync(join(root, file), 'utf8'));
const manifest = json('package.json');
const english: Record<string, string> = json('package.nls.json');
const chinese: Record<string, string> = json('package.nls.zh-cn.json');
const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
const declared: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
const settings: Record<string, any> = Object.assign({}, ...[manifest.contributes.configuration].flat().map(({ properties }) => properties));
const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([hole]) => hole).sort();

/** Texts of the manifest with the path to each. */
function texts(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => texts(each, `${path}.${key}`));
}

describe('commands', () => {
  const registered = [...new Set(sources.flatMap((text) => [...text.matchAll(/registerCommand\(\s*'(tokenfare\.[\w.]+)'/g)].map((match) => match[1]!)))];

  test('what the code registers and what the manifest declares are the same', () => {
    expect(registered.sort()).toEqual([...declared].sort());
  });

  test('all are in one category', () => {
    expect(manifest.contributes.commands.map(({ category }: { category: string }) => category)).toEqual(declared.map(() => 'Tokenfare'));
  });

  test('menus and keys name declared commands', () => {
    const menus = Object.values<{ command: string }[]>(manifest.contributes.menus ?? {}).flat();
    const used = [...menus, ...(manifest.contributes.keybindings ?? [])].map(({ command }: { command: string }) => command);
    expect(used.filter((command) => !declared.includes(command))).toEqual([]);
  });
});

describe('texts', () => {
  const references = texts({ ...manifest, scripts: {} }, 'package').flatMap(([path, text]) => {
    const match = /^%(.+)%$/.exec(text);
    return match ? [[path, match[1]!] as const] : [];
  });

  test('every %key% has a text in English and Chinese', () => {
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter(([, key]) => !english[key]?.trim())).toEqual([]);
    expect(references.filter(([, key]) => !chinese[key]?.trim())).toEqual([]);
  });

  test('no text without a use', () => {
    const used = new Set(references.map(([, key]) => key));
    expect(Object.keys(english).filter((key) => !used.has(key))).toEqual([]);
    expect(Object.keys(chinese).filter((key) => !used.has(key))).toEqual([]);
  });

  test('titles and descriptions are references, not sentences', () => {
    // What models read of a tool's input is English, as the tools' own names are.
    const shown = texts(manifest.contributes, 'contributes').filter(([path]) => !path.includes('.inputSchema.')).filter(([path]) => /\.(title|description|markdownDescription|label|enumDescriptions\.\d+|patternErrorMessage|deprecationMessage)$/.test(path));
    expect(shown.filter(([, text]) => !/^%.+%$/.test(text))).toEqual([]);
  });

  test('translations at run time keep their placeholders', () => {
    for (const file of globSync('l10n/bundle.l10n.*.json', { cwd: root })) {
      const bundle: Record<string, string> = json(file);
      expect(Object.entries(bundle).filter(([source, text]) => placeholders(source).join() !== placeholders(text).join())).toEqual([]);
    }
  });
});

describe('settings', () => {
  test('each has a description, a default and a scope', () => {
    const lacking = Object.entries(settings).filter(([, each]) => !(each.markdownDescription ?? each.description) || each.default === undefined || !each.scope);
    expect(lacking.map(([name]) => name)).toEqual([]);
  });

  test('each value of a described enumeration is described', () => {
    const lacking = Object.entries(settings).filter(([, each]) => each.enumDescriptions && each.enumDescriptions.length !== each.enum.length);
    expect(lacking.map(([name]) => name)).toEqual([]);
  });

  test('all are under tokenfare., and the code reads each', () => {
    const code = sources.join('\n');
    expect(Object.keys(settings).filter((name) => !name.startsWith('tokenfare.'))).toEqual([]);
    expect(Object.keys(settings).filter((name) => !new RegExp(`\\b${name.split('.').pop()}\\b`).test(code))).toEqual([]);
  });

  test('restricted ones exist, and everything a workspace could misuse is restricted', () => {
    const restricted: string[] = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    expect(restricted.filter((name) => !settings[name])).toEqual([]);
    // Policies only become stricter by what a workspace says; the file of an organisation is the user's alone.
    expect(Object.keys(settings).filter((name) => /deployments|url|host|key$/i.test(name) && !restricted.includes(name))).toEqual([]);
    expect(settings['tokenfare.policy.file'].scope).toBe('machine');
  });
});

describe('entries', () => {
  test('the extension starts on demand', () => {
    expect(manifest.activationEvents.filter((event: string) => event === '*' || event === 'onStartupFinished')).toEqual([]);
  });

  test('desktop, browser and command line are declared, each with its source', () => {
    expect(manifest.main).toBe('./dist/extension.js');
    expect(manifest.browser).toBe('./dist/extension.web.js');
    expect(manifest.bin).toEqual({ tokenfare: 'dist/cli.mjs' });
    for (const file of ['src/extension.ts', 'src/extension.web.ts', 'src/cli.ts']) expect(existsSync(join(root, file)), file).toBe(true);
  });

  test('files that the manifest names exist', () => {
    const named = texts(manifest.contributes, 'contributes').map(([, text]) => text).filter((text) => /^\.\/(?!dist)/.test(text));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('dependencies are pinned', () => {
    const all: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(Object.entries(all).filter(([, version]) => !/^\d/.test(version))).toEqual([]);
  });
});
