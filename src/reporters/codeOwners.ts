/** Owners of files by a CODEOWNERS file: the last rule that matches a path decides, as on GitHub and GitLab. */
import createIgnore, { type Ignore } from 'ignore';

/** Where such a file is looked for, relative to the repository; the first one found counts. */
export const codeOwnersPaths: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/** Owners of a path relative to the repository, with forward slashes; none where no rule matches or the last one names nobody. */
export function readCodeOwners(text: string): (path: string) => readonly string[] {
  let sectionOwners: readonly string[] = [];
  const rules: { readonly matches: Ignore; readonly depth: number | null; readonly owners: readonly string[] }[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    // GitLab's sections, `^[Name][2] @owners`: their owners hold for rules without any.
    const section = /^\^?\[[^\]]+\](?:\[\d+\])?\s*(.*)$/.exec(line);
    if (section) { sectionOwners = section[1]!.split(/\s+/).filter(Boolean); continue; }
    const words = line.match(/(?:\\.|\S)+/g) ?? [];
    const [pattern = '', ...owners] = words;
    // Unlike .gitignore, CODEOWNERS has no negation and no character classes.
    if (pattern.startsWith('!') || pattern === '') continue;
    try {
      // `docs/*` owns the files of the folder, not those of folders in it.
      const depth = /[^*]\/\*$/.test(pattern) ? pattern.replace(/^\//, '').split('/').length : null;
      rules.push({ depth, matches: createIgnore({ ignorecase: false }).add(pattern.replace(/[[\]]/g, '\\$&')), owners: owners.length > 0 ? owners : sectionOwners });
    } catch {
      // A pattern that cannot be read owns nothing.
    }
  }
  const known = new Map<string, readonly string[]>();
  return (path) => {
    let found = known.get(path);
    if (!found) {
      const valid = createIgnore.isPathValid(path);
      found = valid ? rules.findLast(({ matches, depth }) => (depth === null || path.split('/').length === depth) && matches.ignores(path))?.owners ?? [] : [];
      known.set(path, found);
    }
    return found;
  };
}
