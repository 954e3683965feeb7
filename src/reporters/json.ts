/** `--format json`: the report as JSON, two spaces deep. */
import type { Translate } from '../messages.js';
import { type ReportInput, reportOf } from './report.js';

/** JSON text with a final newline. */
export function json(input: ReportInput, t: Translate): string {
  return `${JSON.stringify(reportOf(input, t), null, 2)}\n`;
}
