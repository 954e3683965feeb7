/** How sentences are translated, and the words that several of them share. */
import type { Zone } from './core/model.js';

/** Finds the sentence in the reader's language and fills `{0}`, `{1}` …; same shape as `vscode.l10n.t`. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** The sentences as they are written here. */
export const english: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : String(value);
  });

/** Name of a zone in words. */
export function zoneName(zone: Zone | string, t: Translate): string {
  switch (zone) {
    case 'CN': return t('mainland China');
    case 'HK': return t('Hong Kong');
    case 'SG': return t('Singapore');
    case 'EU': return t('the EU');
    case 'US': return t('the US');
    case 'JP': return t('Japan');
    case 'KR': return t('South Korea');
    case 'IN': return t('India');
    case 'AU': return t('Australia');
    case 'CA': return t('Canada');
    case 'GB': return t('the UK');
    case 'AE': return t('the UAE');
    case 'APAC': return t('Asia and the Pacific');
    case 'global': return t('anywhere in the world');
    case 'global-except-CN': return t('anywhere except mainland China');
    case 'local': return t('this machine');
    default: return t('an unknown place');
  }
}

/** Both zones of a place, or the one that is known. */
export function zonePair(storage: string, inference: string, t: Translate): string {
  if (storage === inference || inference === 'unknown') return zoneName(storage, t);
  if (storage === 'unknown') return zoneName(inference, t);
  return t('{0} (storage) and {1} (processing)', zoneName(storage, t), zoneName(inference, t));
}
