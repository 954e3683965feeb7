/**
 * Completion and hover in `tokenfare.yaml` and in provider files, from the JSON Schemas that the extension ships, with
 * names of the catalog. Silent where a YAML extension is installed, which reads the same schemas.
 */
import * as vscode from 'vscode';
import { modelNames } from '../core/lookup.js';
import type { JsonSchema } from '../core/jsonSchema.js';
import type { Facts } from '../core/model.js';
import { completionsAt, noteAt, type SuggestValues } from '../core/schemaAssist.js';
import { escapeMarkdown as escape } from '../editor/markdown.js';
import type { Services } from '../editor/services.js';
import type { Translate } from '../messages.js';

const files = [
  { pattern: '**/tokenfare.yaml', schema: 'tokenfare.schema.json' },
  { pattern: '**/src/providers/*.yaml', schema: 'provider.schema.json' },
] as const;
const yamlExtension = 'redhat.vscode-yaml';
const triggers = [':', ' ', '-', '[', '{', ',', '\n'];

/** Registers both providers for both kinds of file. */
export function register(services: Services): vscode.Disposable {
  const { log, translate: t } = services;
  const schemas = new Map<string, Promise<JsonSchema>>();
  const schemaOf = (name: string): Promise<JsonSchema> => {
    let loading = schemas.get(name);
    if (!loading) {
      const uri = vscode.Uri.joinPath(services.extensionUri, 'schemas', name);
      loading = Promise.resolve(vscode.workspace.fs.readFile(uri)).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as JsonSchema);
      loading.catch(() => schemas.delete(name));
      schemas.set(name, loading);
    }
    return loading;
  };
  const isServed = (): boolean => vscode.extensions.getExtension(yamlExtension) !== undefined;

  return vscode.Disposable.from(...files.flatMap(({ pattern, schema: name }) => [
    vscode.languages.registerCompletionItemProvider({ pattern }, {
      provideCompletionItems: (document, position) => log.guard('completion', undefined, async () => {
        if (isServed()) return undefined;
        const [schema, { facts }] = await Promise.all([schemaOf(name), services.engine()]);
        const { replace, items } = completionsAt(schema, document.getText(), document.offsetAt(position), suggestFrom(facts, services.today()));
        const range = new vscode.Range(document.positionAt(replace.start), document.positionAt(replace.end));
        return items.map((each, index) => {
          const item = new vscode.CompletionItem({ label: each.label, ...(each.detail && { description: each.detail }) }, each.kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.EnumMember);
          item.insertText = new vscode.SnippetString(each.insert.includes('$0') ? each.insert : `${each.insert}$0`);
          item.range = range;
          item.filterText = each.label;
          item.sortText = String(index).padStart(4, '0');
          if (each.required) item.detail = t('required');
          if (each.description) item.documentation = each.description;
          // What is inserted before a space or a new line calls for the next choice.
          if (/[:-]? \$0$|\n *(?:- )?\$0$|\[\$0\]$/.test(each.insert)) item.command = { command: 'editor.action.triggerSuggest', title: '' };
          return item;
        });
      }),
    }, ...triggers),
    vscode.languages.registerHoverProvider({ pattern }, {
      provideHover: (document, position) => log.guard('hover of a configuration', undefined, async () => {
        if (isServed()) return undefined;
        const note = noteAt(await schemaOf(name), document.getText(), document.offsetAt(position));
        if (!note) return undefined;
        const text = new vscode.MarkdownString(noteText(note, t));
        return new vscode.Hover(text, new vscode.Range(document.positionAt(note.range.start), document.positionAt(note.range.end)));
      }),
    }),
  ]));
}

function noteText(note: NonNullable<ReturnType<typeof noteAt>>, t: Translate): string {
  const shown = 24;
  return [
    `**${escape(note.name)}**${note.types.length > 0 ? ` · ${escape(note.types.join(' | '))}` : ''}${note.required ? ` · ${t('required')}` : ''}`,
    ...(note.description ? [escape(note.description)] : []),
    ...(note.values.length > 0 ? [t('One of: {0}.', escape(`${note.values.slice(0, shown).join(', ')}${note.values.length > shown ? ' …' : ''}`))] : []),
    ...(note.defaultValue === undefined ? [] : [t('Default: {0}.', escape(note.defaultValue))]),
  ].join('\n\n');
}

/** Names that only the catalog knows, by where they are asked for. */
function suggestFrom(facts: Facts, today: string): SuggestValues {
  return (path, beside, schemas) => {
    const place = path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');
    const provider = typeof beside['provider'] === 'string' ? facts.providers.find((each) => each.id === beside['provider']) : undefined;
    const keysOf = (table: Readonly<Record<string, unknown>>) => Object.keys(table).map((value) => ({ value, detail: '' }));
    const providers = () => facts.providers.map((each) => ({ value: each.id, detail: each.name }));
    const models = () => (provider ? provider.models.map((model) => ({ value: model.id, detail: provider.name })) : modelNames(facts));
    if (schemas.some(({ format }) => format === 'date')) return [{ value: today, detail: '' }];
    switch (place) {
      case 'currency': case 'budget.currency': return keysOf(facts.rates.perUsd);
      case 'policy.allowedProviders.*': case 'policy.forbiddenProviders.*': case 'prices.*.provider': case 'discounts.*.provider': return providers();
      case 'prices.*.model': case 'discounts.*.models.*': return models();
      case 'prices.*.endpoints.*': return provider?.endpoints.map((each) => ({ value: each.id, detail: each.host })) ?? [];
      case 'models.*.tokenizerFamily': case 'providers.*.models.*.tokenizerFamily': return keysOf(facts.shared.tokenizers);
      case 'models.*.imageRule': case 'providers.*.models.*.imageRule': return keysOf(facts.shared.imageRules);
      case 'models.*.mediaRule': case 'providers.*.models.*.mediaRule': return keysOf(facts.shared.mediaRules);
      default:
        if (place.endsWith('.peak.calendar')) return keysOf(facts.shared.calendars);
        return path[0] === 'deployments' && path.length === 2 && path[1] !== '{}' ? modelNames(facts) : [];
    }
  };
}
