/** Metering as a whole: a proxy whose exchanges become records in a ledger. What the editor and `tokenfare meter` start. */
import type { UsageRecord } from '../core/usageRecord.js';
import type { Facts } from '../core/model.js';
import { openLedger, type Ledger, type LedgerOptions } from './ledger.js';
import { recordOf } from './imported.js';
import { useOfSpan } from './otlp.js';
import { startProxy, type Exchange, type Proxy } from './proxy.js';
import { toRecord, type RecordContext } from './toRecord.js';
import { proxiedEnvironment, upstreamOf, type ProxiedEnvironment, type UpstreamSettings } from './upstreams.js';

export interface MeterOptions {
  readonly port?: number;
  readonly folder: string;
  readonly fsync?: LedgerOptions['fsync'];
  readonly onHealed?: LedgerOptions['onHealed'];
  /** The built-in catalog: the hosts that requests may go to. */
  readonly builtIn: Facts;
  readonly upstreams: UpstreamSettings;
  /** What records are priced with, at each record. */
  readonly context: () => RecordContext;
  /** See `ProxyOptions.refuse`. */
  readonly refuse?: Parameters<typeof startProxy>[0]['refuse'];
  readonly onRecord?: (record: UsageRecord) => void;
  /** Lead OpenTelemetry exporters here, too, where they lead nowhere else. */
  readonly receiveTraces?: boolean;
  readonly onProblem?: (what: string) => void;
  /** Records could not be written (`ENOSPC` …), with how many wait in memory; null when they could again. */
  readonly onLedgerFailure?: (failure: { readonly code: string; readonly waiting: number; readonly lost: number } | null) => void;
}

export interface Meter {
  readonly port: number;
  readonly active: number;
  /** Variables that lead SDKs through the proxy, for a project. */
  environmentFor(project: string, environment: Readonly<Record<string, string | undefined>>): ProxiedEnvironment;
  baseFor(project: string): string;
  /** From now on requests are forwarded and not recorded, or recorded again. */
  record(on: boolean): void;
  /** Records made so far are in the ledger. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Records kept in memory while the ledger cannot be written; the oldest go first. */
const maximumWaiting = 10_000;
const retryMs = 5_000;
/** Ids of this proxy's own recent records: servers that answer every request with one id are not counted once. */
const recentIds = 20_000;

/** Starts metering. Rejects when the ledger's folder cannot be made or the port is taken. */
export async function startMeter(options: MeterOptions): Promise<Meter> {
  const { onProblem = () => undefined } = options;
  const ledger: Ledger = await openLedger({ folder: options.folder, fsync: options.fsync ?? 'second', ...(options.onHealed && { onHealed: options.onHealed }) });
  let recording = true;
  let waiting: UsageRecord[] = [];
  let lost = 0;
  let failing = false;
  let retry: ReturnType<typeof setTimeout> | null = null;
  const underWay = new Set<Promise<void>>();
  const seen = new Map<string, number>();
  /** Ids told by traces: the same request at the proxy keeps its id, so that the ledger counts it once. */
  const traced = new Set<string>();

  const put = async (records: UsageRecord[]): Promise<void> => {
    try {
      await ledger.append(...records);
      if (failing) { failing = false; options.onLedgerFailure?.(null); }
    } catch (error) {
      waiting.push(...records);
      lost += Math.max(0, waiting.length - maximumWaiting);
      waiting = waiting.slice(-maximumWaiting);
      failing = true;
      options.onLedgerFailure?.({ code: (error as NodeJS.ErrnoException).code ?? String(error), waiting: waiting.length, lost });
      retry ??= setTimeout(() => { retry = null; const again = waiting; waiting = []; track(put(again)); }, retryMs).unref();
    }
  };
  const track = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const unique = (record: UsageRecord): UsageRecord => {
    const { id } = record;
    const copies = seen.get(id) ?? 0;
    // Last told, last forgotten.
    seen.delete(id);
    seen.set(id, copies + 1);
    if (traced.size > recentIds) traced.delete(traced.values().next().value!);
    if (seen.size > recentIds) seen.delete(seen.keys().next().value!);
    return copies === 0 ? record : { ...record, id: `${id}#${copies + 1}-${process.pid}` };
  };

  let proxy: Proxy;
  try {
    proxy = await startProxy({
      port: options.port ?? 0, onProblem, ...(options.refuse && { refuse: options.refuse }),
      upstreamOf: (host, path) => upstreamOf(options.builtIn, options.upstreams, host, path),
      onSpans: (spans, project) => {
        if (!recording) return;
        const records = spans.flatMap((span) => {
          const use = useOfSpan(span);
          const record = use && recordOf({ ...use, project: project === '' ? use.project ?? '' : project }, { facts: options.context().facts, source: 'otlp', billing: 'api' });
          // What went through the proxy is recorded already.
          if (!record || seen.has(record.id) || traced.has(record.id)) return [];
          traced.add(record.id);
          return [record];
        });
        if (records.length > 0) track(put(records).then(() => { for (const record of records) options.onRecord?.(record); }));
      },
      onExchange: (exchange: Exchange) => {
        if (!recording) return;
        track(toRecord(exchange, options.context()).then(async (made) => {
          const record = unique(made);
          await put([record]);
          options.onRecord?.(record);
        }).catch((error: unknown) => onProblem(`recording usage: ${error instanceof Error ? error.message : String(error)}`)));
      },
    });
  } catch (error) {
    await ledger.close();
    throw error;
  }
  return {
    port: proxy.port,
    get active() { return proxy.active; },
    baseFor: (project) => proxy.baseFor(project),
    environmentFor(project, environment) {
      const { variables, left } = proxiedEnvironment(options.builtIn, options.upstreams, proxy.baseFor(project), environment);
      // Programs that export their traces elsewhere go on doing so.
      const free = options.receiveTraces === true && ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_TRACES_EXPORTER'].every((name) => !environment[name]);
      return { variables: { ...variables, ...(free && { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${proxy.baseFor(project)}/otlp/v1/traces` }) }, left };
    },
    record(on) { recording = on; },
    async settled() { while (underWay.size > 0) await Promise.all(underWay); },
    async close() {
      await proxy.close();
      while (underWay.size > 0) await Promise.all(underWay);
      if (retry) clearTimeout(retry);
      if (waiting.length > 0) await ledger.append(...waiting).catch(() => onProblem(`${waiting.length} records could not be written`));
      await ledger.close();
    },
  };
}
