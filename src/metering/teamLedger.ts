/**
 * A ledger that a team shares in PostgreSQL. Each record is inserted once, by its id; what could not be sent waits in the
 * local ledger and goes with the next sync. Who may see which project is decided by the database, row by row.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { parseRecord, type UsageRecord } from '../core/usageRecord.js';
import { dataFolder } from './ledgerFolders.js';
import { segmentsOf } from './segments.js';
import { readLines } from './usageStore.js';

/** Made once by an administrator. A member sees and writes the rows of the projects that `tokenfare_member` names for it. */
const schema = `
CREATE TABLE IF NOT EXISTS tokenfare_usage (
  id text PRIMARY KEY, seq bigserial UNIQUE, time timestamptz NOT NULL, project text NOT NULL, member text NOT NULL DEFAULT current_user,
  provider text NOT NULL, model text NOT NULL, amount numeric, currency text, record jsonb NOT NULL, received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS tokenfare_usage_project_time ON tokenfare_usage (project, time);
CREATE INDEX IF NOT EXISTS tokenfare_usage_received ON tokenfare_usage (received_at);
CREATE TABLE IF NOT EXISTS tokenfare_member (member text NOT NULL, project text NOT NULL, PRIMARY KEY (member, project));
ALTER TABLE tokenfare_usage ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tokenfare_project ON tokenfare_usage;
CREATE POLICY tokenfare_project ON tokenfare_usage USING (project IN (SELECT m.project FROM tokenfare_member m WHERE m.member = current_user))
  WITH CHECK (member = current_user AND project IN (SELECT m.project FROM tokenfare_member m WHERE m.member = current_user));
`;

export interface TeamOptions {
  /** `postgres://…`, from the environment or the editor's secret storage; never from a file of the workspace. */
  readonly url: string;
  /** Name of the project in the shared ledger, by the project of a record; null keeps the record here. */
  readonly projectOf: (record: UsageRecord) => string | null;
  readonly folders: readonly string[];
  /** File that remembers how far was sent and received. */
  readonly stateFile: string;
  /** Takes records of others. */
  readonly append: (records: readonly UsageRecord[]) => Promise<void>;
}

export interface TeamSync {
  readonly sent: number;
  readonly received: number;
}

interface State { offsets: Record<string, number>; receivedAt: string | null; known: string[] }

const batch = 500;
/** Rows are read again from this long before the last one: transactions do not become visible in the order of their times. */
const overlap = '10 minutes';
const timeoutMs = 15_000;

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: 60_000, application_name: 'tokenfare' });
  // Without a listener a lost connection would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/** File that remembers how far this machine has sent and received, whichever program did. */
export const teamStateFile = (): string => join(dataFolder(), 'team.json');

/** Paths differ from machine to machine: the last part of it names the project. Null keeps the record here: subscriptions, and what is of no project. */
export function teamProject({ project, billing }: UsageRecord): string | null {
  return billing === 'api' && project ? basename(project) : null;
}

/** Makes the tables and policies; to be run by their owner. `members`: role → projects. */
export async function initTeamLedger(url: string, members: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const client = await connect(url);
  try {
    await client.query('BEGIN');
    await client.query(schema);
    for (const [member, projects] of Object.entries(members)) {
      for (const project of projects) await client.query('INSERT INTO tokenfare_member VALUES ($1, $2) ON CONFLICT DO NOTHING', [member, project]);
      const role = client.escapeIdentifier(member);
      await client.query(`GRANT SELECT, INSERT ON tokenfare_usage TO ${role}; GRANT SELECT ON tokenfare_member TO ${role}; GRANT USAGE ON SEQUENCE tokenfare_usage_seq_seq TO ${role}`);
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** Sends what is new here and takes what is new there. Throws when the server cannot be reached; nothing is lost then. */
export async function syncTeamLedger({ url, projectOf, folders, stateFile, append }: TeamOptions): Promise<TeamSync> {
  const state = await readState(stateFile, url);
  const client = await connect(url);
  let [sent, received] = [0, 0];
  try {
    const me = (await client.query<{ name: string }>('SELECT current_user AS name')).rows[0]!.name;
    for (const folder of folders) {
      for (const { path } of await segmentsOf(folder)) {
        const waiting: UsageRecord[] = [];
        const end = await readLines(path, state.offsets[path] ?? 0, (line) => {
          const record = parseRecord(line);
          if (record && record.source !== 'team' && projectOf(record) !== null) waiting.push(record);
        }, () => undefined);
        for (let at = 0; at < waiting.length; at += batch) sent += await insert(client, waiting.slice(at, at + batch), projectOf);
        state.offsets[path] = end;
        // What was sent is not sent again after a crash; if it were, its id would keep it from counting twice.
        await writeState(stateFile, url, state);
      }
    }
    const known = new Set(state.known);
    for (;;) {
      const { rows } = await client.query<{ id: string; record: UsageRecord; project: string; received_at: Date }>(
        `SELECT id, record, project, received_at FROM tokenfare_usage WHERE member <> $1 AND ($2::timestamptz IS NULL OR received_at > $2::timestamptz - interval '${overlap}') AND NOT (id = ANY($3)) ORDER BY received_at LIMIT 2000`,
        [me, state.receivedAt, [...known].slice(-20_000)],
      );
      if (rows.length === 0) break;
      await append(rows.map(({ record, project }) => ({ ...record, project, source: 'team' as const })));
      for (const { id } of rows) known.add(id);
      state.receivedAt = rows.at(-1)!.received_at.toISOString();
      state.known = [...known].slice(-20_000);
      received += rows.length;
      await writeState(stateFile, url, state);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
  return { sent, received };
}

async function insert(client: pg.Client, records: readonly UsageRecord[], projectOf: TeamOptions['projectOf']): Promise<number> {
  const values: unknown[] = [];
  const rows = records.map((record) => {
    const { project: _path, ...shared } = record;
    values.push(record.id, record.time, projectOf(record), record.provider, record.model, record.cost?.amount ?? null, record.cost?.currency ?? null, JSON.stringify(shared));
    const at = values.length - 7;
    return `(${[0, 1, 2, 3, 4, 5, 6, 7].map((index) => `$${at + index}`).join(', ')})`;
  });
  const { rowCount } = await client.query(`INSERT INTO tokenfare_usage (id, time, project, provider, model, amount, currency, record) VALUES ${rows.join(', ')} ON CONFLICT (id) DO NOTHING`, values);
  return rowCount ?? 0;
}

/** A server is known by what its address hashes to without its password. */
function serverOf(url: string): string {
  const { host, pathname, username } = new URL(url);
  return createHash('sha256').update(`${username}@${host}${pathname}`).digest('hex').slice(0, 16);
}

async function readState(file: string, url: string): Promise<State> {
  try {
    const all = JSON.parse(await readFile(file, 'utf8')) as Record<string, State | undefined>;
    return all[serverOf(url)] ?? { offsets: {}, receivedAt: null, known: [] };
  } catch {
    return { offsets: {}, receivedAt: null, known: [] };
  }
}

async function writeState(file: string, url: string, state: State): Promise<void> {
  const all = await readFile(file, 'utf8').then((text) => JSON.parse(text) as Record<string, State>).catch(() => ({}));
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, JSON.stringify({ ...all, [serverOf(url)]: state }), { mode: 0o600 });
  await rename(draft, file);
}
