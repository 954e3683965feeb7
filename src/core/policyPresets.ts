/** Policies to start from. Plain YAML values; the wizard and the documentation show the same ones. */
import type { PolicyRule } from './model.js';

export type PresetId = 'eu-only' | 'us-and-eu' | 'mainland-china' | 'no-training' | 'open';

/** What each preset writes under `policy`. */
export const policyPresets: Readonly<Record<PresetId, PolicyRule>> = {
  'eu-only': { allowedZones: ['EU'] },
  'us-and-eu': { allowedZones: ['US', 'EU'] },
  'mainland-china': { allowedZones: ['CN'] },
  'no-training': { training: 'forbidden' },
  open: {},
};
