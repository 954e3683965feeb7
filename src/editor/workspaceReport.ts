/** The report of the workspace, as the command line makes it, and who owns its files. */
import * as vscode from 'vscode';
import { codeOwnersPaths, readCodeOwners } from '../reporters/codeOwners.js';
import { type Report, reportOf } from '../reporters/report.js';
import type { Services } from './services.js';
import type { WorkspaceScan } from './workspaceScan.js';

/** The same report as on the command line. */
export async function reportIn(services: Services, scan: WorkspaceScan): Promise<Report> {
  const configuration = services.settings.configurationFor();
  const facts = (await services.engine()).factsFor(configuration);
  return reportOf({ files: scan.files, skipped: scan.skipped.map(({ file, reason }) => ({ file, reason })), leftOut: scan.leftOut, problems: [], configuration, filesRead: scan.filesRead, today: services.today(), facts, ownersOf: await ownersIn() }, services.translate);
}

/** Owners by the CODEOWNERS files of the workspace's folders. */
export async function ownersIn(): Promise<(file: string) => readonly string[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found: { readonly prefix: string; readonly ownersOf: (path: string) => readonly string[] }[] = [];
  for (const { uri, name } of folders) {
    for (const path of codeOwnersPaths) {
      const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(uri, path)).then((bytes) => new TextDecoder().decode(bytes), () => null);
      if (text === null) continue;
      found.push({ prefix: folders.length > 1 ? `${name}/` : '', ownersOf: readCodeOwners(text) });
      break;
    }
  }
  return (file) => {
    const folder = found.find(({ prefix }) => file.startsWith(prefix));
    return folder ? folder.ownersOf(file.slice(folder.prefix.length)) : [];
  };
}
