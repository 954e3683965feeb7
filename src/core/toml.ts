/** The part of TOML (toml.io, v1.0) that settings use: tables, dotted keys, strings, numbers, booleans, arrays of these on one line or several. */

type Table = { [key: string]: unknown };

/** Reads a document; what is not understood (dates, inline tables) is left out. Never throws. */
export function parseToml(text: string): Table {
  const root: Table = Object.create(null) as Table;
  let table = root;
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    const heading = /^\[(\[?)\s*([^\]]+?)\s*\]/.exec(line);
    if (heading) { table = heading[1] ? Object.create(null) as Table : tableAt(root, keys(heading[2]!)); continue; }
    const entry = /^((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)$/.exec(line);
    if (!entry) continue;
    let written = entry[2]!;
    const quotes = /^("""|''')/.exec(written)?.[1];
    const isOpen = (): boolean => (quotes ? written.indexOf(quotes, 3) < 0 : written.startsWith('[') && !/\]\s*(?:#.*)?$/.test(written));
    while (isOpen() && at + 1 < lines.length) written += `\n${lines[++at]!}`;
    const path = keys(entry[1]!);
    const value = valueOf(written.trim());
    if (value !== undefined) tableAt(table, path.slice(0, -1))[path.at(-1)!] = value;
  }
  return root;
}

const keys = (path: string): readonly string[] => (path.match(/[\w-]+|"[^"]*"|'[^']*'/g) ?? []).map((each) => each.replace(/^["']|["']$/g, ''));

function tableAt(root: Table, path: readonly string[]): Table {
  let table = root;
  for (const key of path) {
    const inner = table[key];
    table = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner as Table : (table[key] = Object.create(null) as Table);
  }
  return table;
}

function valueOf(written: string): unknown {
  const long = /^(?:"""|''')\n?([\s\S]*?)(?:"""|''')/.exec(written)?.[1];
  if (long !== undefined) return long;
  const basic = /^"((?:[^"\\]|\\.)*)"/.exec(written)?.[1];
  if (basic !== undefined) { try { return JSON.parse(`"${basic}"`) as string; } catch { return basic; } }
  const literal = /^'([^']*)'/.exec(written)?.[1];
  if (literal !== undefined) return literal;
  const word = /^(true|false|[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(?:#.*)?$/.exec(written)?.[1];
  if (word !== undefined) return word === 'true' ? true : word === 'false' ? false : Number(word.replaceAll('_', ''));
  if (!written.startsWith('[')) return undefined;
  return (written.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,[\]]+/g) ?? []).map(valueOf).filter((each) => each !== undefined);
}
