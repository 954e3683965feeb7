import type { ChildProcess } from 'node:child_process';

export interface ServerOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly extensions?: readonly string[];
  readonly onLog?: (text: string) => void;
}

export interface PageOptions {
  readonly folder?: string;
  readonly extension?: string;
  readonly web?: boolean;
  readonly tests?: string;
  readonly file?: string;
}

export interface Server {
  readonly port: number;
  readonly token: string;
  readonly child: ChildProcess;
  url(page?: PageOptions): string;
  stop(): Promise<void>;
}

export const quietSettings: Readonly<Record<string, unknown>>;
export function startServer(options?: ServerOptions): Promise<Server>;
