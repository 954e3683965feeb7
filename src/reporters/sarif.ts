/**
 * `--format sarif`: SARIF 2.1.0 (OASIS), with every rule's text and help, the related places, and the prints by which
 * services tell old results from new.
 */
import { plainPlaces, type Place } from '../core/container.js';
import { printOf } from '../core/baseline.js';
import { findingCodes, groupOf } from '../core/findingCodes.js';
import type { Finding, FindingCode, RelatedRole, Severity } from '../core/model.js';
import { type Translate, configurationMessage, findingMessage } from '../messages.js';
import { ruleTexts } from './ruleTexts.js';
import type { ReportInput } from './report.js';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', info: 'note' };
const home = 'https://tokenfare.dev/findings/';

/** SARIF text with a final newline. `version` is Tokenfare's own. */
export function sarif(input: ReportInput, t: Translate, version: string): string {
  const codes: readonly FindingCode[] = [...findingCodes, 'config-invalid'];
  const results = input.files.flatMap(({ file, text, code, analysis, placeOf }) => {
    const places = placeOf ?? plainPlaces(text);
    return analysis.findings.map((finding) => resultOf(finding, file, code ?? text, places, codes, t));
  });
  const problems = input.problems.map((problem) => ({
    ruleId: 'config-invalid', ruleIndex: codes.indexOf('config-invalid'), level: 'error', message: { text: configurationMessage(problem.code, problem.expected, problem.found, t) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(problem.file) }, region: { startLine: problem.line, startColumn: problem.column, endLine: problem.endLine, endColumn: problem.endColumn } } }],
  }));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json', version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Tokenfare', version, informationUri: 'https://tokenfare.dev', rules: codes.map((code) => ruleOf(code)) } },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { SRCROOT: { description: { text: 'The folder in which tokenfare was run.' } } },
      invocations: [{ executionSuccessful: true, toolExecutionNotifications: input.skipped.map((each) => ({ level: 'note', message: { text: `${each.file}: ${each.reason}` } })) }],
      results: [...problems, ...results],
    }],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function ruleOf(code: FindingCode) {
  const texts = ruleTexts[code];
  return {
    id: code, name: code.split('-').map((word) => word[0]!.toUpperCase() + word.slice(1)).join(''),
    shortDescription: { text: texts.what }, fullDescription: { text: texts.what }, help: { text: `${texts.what} ${texts.remedy}`, markdown: `${texts.what}\n\n**What to do.** ${texts.remedy}` }, helpUri: `${home}${code}`,
    defaultConfiguration: { level: texts.level }, properties: { tags: [groupOf(code) ?? 'configuration'], precision: groupOf(code) === 'residency-findings' || code === 'config-invalid' ? 'very-high' : 'high' },
  };
}

function resultOf(finding: Finding, file: string, code: string, places: (offset: number) => Place, codes: readonly FindingCode[], t: Translate) {
  const elsewhere = finding.related.filter((each) => each.file === undefined);
  return {
    ruleId: finding.code, ruleIndex: codes.indexOf(finding.code), level: levels[finding.severity], message: { text: findingMessage(finding, t) },
    locations: [locationOf(file, finding.range, places)],
    ...(elsewhere.length > 0 && { relatedLocations: elsewhere.map((each, id) => ({ id, ...locationOf(file, each.range, places), message: { text: relatedMessage(each.role, t) } })) }),
    partialFingerprints: { 'tokenfare/v1': printOf(finding, code) },
    properties: finding.data,
  };
}

function locationOf(file: string, range: Finding['range'], places: (offset: number) => Place) {
  const [start, end] = [places(range.start), places(range.end)];
  const region = start.cell === end.cell && (end.line > start.line || (end.line === start.line && end.column >= start.column))
    ? { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column } : { startLine: start.line, startColumn: start.column };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file), ...(!/^(?:\/|[a-z]:)/i.test(file) && { uriBaseId: 'SRCROOT' }) }, region },
    // Lines of a notebook count within the cell.
    ...(start.cell !== null && { logicalLocations: [{ name: `cell ${start.cell}`, kind: 'module' }] }),
  };
}

/** A path as a URI reference: percent-encoded, forward slashes. */
function uriOf(file: string): string {
  const encoded = file.split('/').map((part) => encodeURIComponent(part).replace(/%3A/gi, ':')).join('/');
  return /^[a-z]:\//i.test(file) ? `file:///${encoded}` : file.startsWith('/') ? `file://${encoded}` : encoded;
}

function relatedMessage(role: RelatedRole, t: Translate): string {
  switch (role) {
    case 'client': return t('the client is made here');
    case 'model': return t('the model is named here');
    case 'base-url': return t('the endpoint is set here');
    case 'environment-file': return t('the environment is set here');
    case 'other-call': return t('the other call is here');
    case 'variable-part': return t('this part changes');
    case 'loop': return t('the loop begins here');
  }
}
