/** `--format github`: workflow commands that GitHub Actions shows as annotations on the lines of a change. */
import { plainPlaces } from '../core/container.js';
import type { Severity } from '../core/model.js';
import { type Translate, configurationMessage, findingMessage } from '../messages.js';
import type { ReportInput } from './report.js';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** One line a finding; nothing else, so that the log stays readable. */
export function github(input: ReportInput, t: Translate): string {
  const lines = input.problems.map((each) => command('error', { file: each.file, line: each.line, col: each.column, endLine: each.endLine, endColumn: each.endColumn, title: 'config-invalid' }, configurationMessage(each.code, each.expected, each.found, t)));
  for (const { file, text, analysis, placeOf } of input.files) {
    const places = placeOf ?? plainPlaces(text);
    for (const finding of analysis.findings) {
      const [start, end] = [places(finding.range.start), places(finding.range.end)];
      // GitHub knows no cells: the place is said in words there.
      const where = start.cell === null ? { line: start.line, col: start.column, endLine: end.line, ...(end.line === start.line && { endColumn: end.column }) } : {};
      const cell = start.cell === null ? '' : `#${start.cell}:${start.line}: `;
      lines.push(command(commands[finding.severity], { file, ...where, title: `Tokenfare: ${finding.code}` }, `${cell}${findingMessage(finding, t)}`));
    }
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`).join(',');
  return `::${name} ${list}::${data(message)}`;
}

/** Escapes of workflow commands (actions/toolkit, command.ts). */
const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
