/** Provider files as they are written, with their models. */
import type { ProviderFile } from '../core/providerFile.js';
import { providerFiles } from '../providers/index.js';

export function providerSources(): ProviderFile[] {
  return providerFiles.map(({ head, models }) => ({ ...(head as Omit<ProviderFile, 'models'>), models: JSON.parse(models) as ProviderFile['models'] }));
}
