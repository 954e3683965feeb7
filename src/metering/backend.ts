/** What the desktop entry hands to the editor: metering as one object, so that the web bundle holds nothing of it. */
import { openHardLimit } from './hardLimit.js';
import { importKinds, importLogs } from './importLogs.js';
import { openLedger } from './ledger.js';
import { announceLedger, ledgerFolders } from './ledgerFolders.js';
import { startMeter } from './meter.js';
import { applyRetention, compactLedger, deleteUsage } from './retention.js';
import { syncTeamLedger, teamProject, teamStateFile } from './teamLedger.js';
import { openUsageStore, readRecords } from './usageStore.js';

/** The parts of metering that the editor uses. */
export const meteringBackend = {
  openHardLimit, importKinds, importLogs, openLedger, announceLedger, ledgerFolders, startMeter, applyRetention, compactLedger, deleteUsage, openUsageStore, readRecords,
  syncTeamLedger, teamProject, teamStateFile,
  environment: process.env as Readonly<Record<string, string | undefined>>,
} as const;

export type MeteringBackend = typeof meteringBackend;
