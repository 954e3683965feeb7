/** What a switch proposes for the files that list packages and variables. */
import type { PackageChange } from './engine.js';
import type { TextEdit } from './model.js';

const fixedNames: ReadonlySet<string> = new Set(['.env.example', '.env.sample', 'requirements.txt', 'pyproject.toml', 'package.json', 'go.mod', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'Directory.Packages.props']);

/** Kind of a file that may have to change, by its name; null for any other. The nearest of each kind to the code counts. */
export function dependencyFileKind(name: string): string | null {
  return fixedNames.has(name) ? name : name.endsWith('.csproj') ? '.csproj' : null;
}

/** Edits of one such file; none when it says what it has to say already, or is written in a way that is not understood. */
export function dependencyEdits(name: string, text: string, packages: readonly PackageChange[], variables: readonly string[]): readonly TextEdit[] {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const added = (ecosystem: PackageChange['ecosystem']): readonly PackageChange[] => packages.filter((each) => each.change === 'added' && each.ecosystem === ecosystem);
  const appended = (lines: readonly string[]): readonly TextEdit[] => (lines.length === 0 ? [] : [{ range: { start: text.length, end: text.length }, newText: `${text === '' || text.endsWith('\n') ? '' : lineBreak}${lines.join(lineBreak)}${lineBreak}` }]);
  switch (dependencyFileKind(name)) {
    case '.env.example': case '.env.sample':
      return appended(variables.filter((variable) => !new RegExp(`^\\s*(?:export\\s+)?#?\\s*${variable}\\s*=`, 'm').test(text)).map((variable) => `${variable}=`));
    case 'requirements.txt':
      return appended(added('python').filter((each) => !mentions(text, each.name)).map((each) => each.name + each.version));
    case 'pyproject.toml': {
      const missing = added('python').filter((each) => !mentions(text, each.name));
      const list = /^dependencies\s*=\s*\[/m.exec(text);
      if (missing.length === 0 || !list) return [];
      const at = list.index + list[0].length;
      const line = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(at, at + 200));
      const entries = missing.map((each) => `"${each.name}${each.version}"`);
      const isEmpty = /^\s*\]/.test(text.slice(at, at + 200));
      return [{ range: { start: at, end: at }, newText: line && !isEmpty ? entries.map((each) => `${lineBreak}${line[1]}${each},`).join('') : `${entries.join(', ')}${isEmpty ? '' : ', '}` }];
    }
    case 'package.json': {
      const missing = added('javascript').filter((each) => !new RegExp(`"${escaped(each.name)}"\\s*:`).test(text));
      const block = /"dependencies"\s*:\s*\{(\s*)/.exec(text);
      if (missing.length === 0) return [];
      const entries = missing.map((each) => `"${each.name}": "${each.version}"`);
      if (block) {
        const at = block.index + block[0].length;
        const isEmpty = text[at] === '}';
        return [{ range: { start: at, end: at }, newText: isEmpty ? entries.join(', ') : entries.map((each) => `${each},${block[1] || ' '}`).join('') }];
      }
      const open = /^\s*\{(\s*)/.exec(text);
      if (!open) return [];
      const gap = open[1] || ' ';
      return [{ range: { start: open[0].length, end: open[0].length }, newText: `"dependencies": { ${entries.join(', ')} },${gap}` }];
    }
    case 'go.mod': return goModule(text, added('go').filter((each) => !new RegExp(`^\\s*(?:require\\s+)?${escaped(each.name)}\\s`, 'm').test(text)), lineBreak);
    case 'pom.xml': {
      const missing = added('java').filter((each) => !text.includes(`<artifactId>${each.name.split(':')[1]!}`));
      return insideXml(text, 'dependencies', missing.map((each) => (indent, step) => {
        const [group, artifact] = each.name.split(':');
        return [`${indent}<dependency>`, `${indent}${step}<groupId>${group}</groupId>`, `${indent}${step}<artifactId>${artifact}</artifactId>`, `${indent}${step}<version>${each.version}</version>`, `${indent}</dependency>`];
      }), lineBreak);
    }
    case 'build.gradle': case 'build.gradle.kts': {
      const missing = added('java').filter((each) => !text.includes(each.name) && !new RegExp(`["'.]${escaped(each.name.split(':')[1]!).replaceAll('-', '[-.]')}\\b`).test(text));
      const block = /^dependencies[ \t]*\{[ \t]*\r?\n([ \t]*)/m.exec(text);
      if (missing.length === 0 || !block) return [];
      const at = block.index + block[0].length;
      const [open, close, quote] = name.endsWith('.kts') ? ['(', ')', '"'] : [' ', '', "'"];
      return [{ range: { start: at, end: at }, newText: missing.map((each) => `implementation${open}${quote}${each.name}:${each.version}${quote}${close}${lineBreak}${block[1] || '    '}`).join('') }];
    }
    case '.csproj': {
      // Packages of Microsoft's bring OpenAI's along.
      const missing = added('csharp').filter((each) => !/Include\s*=\s*"(?:OpenAI|Azure\.AI\.OpenAI|Microsoft\.Extensions\.AI\.OpenAI|Microsoft\.SemanticKernel[\w.]*)"/i.test(text) && !text.includes(`"${each.name}"`));
      const isCentral = /<PackageReference\s+Include="[^"]+"\s*\/>/.test(text) && !/<PackageReference\s[^>]*\bVersion=/.test(text);
      return packageItems(text, 'PackageReference', missing.map((each) => `<PackageReference Include="${each.name}"${isCentral ? '' : ` Version="${each.version}"`} />`), lineBreak);
    }
    case 'Directory.Packages.props':
      return packageItems(text, 'PackageVersion', added('csharp').filter((each) => !text.includes(`"${each.name}"`)).map((each) => `<PackageVersion Include="${each.name}" Version="${each.version}" />`), lineBreak);
    default: return [];
  }
}

/** Requirements in the first block of direct ones, else in a line of their own at the end. */
function goModule(text: string, missing: readonly PackageChange[], lineBreak: string): readonly TextEdit[] {
  if (missing.length === 0) return [];
  const block = /^require\s*\([ \t]*\r?\n([ \t]*)/m.exec(text);
  if (block) {
    const at = block.index + block[0].length;
    return [{ range: { start: at, end: at }, newText: missing.map((each) => `${each.name} ${each.version}${lineBreak}${block[1] || '\t'}`).join('') }];
  }
  return [{ range: { start: text.length, end: text.length }, newText: `${text.endsWith('\n') ? '' : lineBreak}${missing.map((each) => `${lineBreak}require ${each.name} ${each.version}${lineBreak}`).join('')}` }];
}

/** Elements at the beginning of the project's own `<dependencies>`; that of `<dependencyManagement>` or a plugin is another list. */
function insideXml(text: string, name: string, elements: readonly ((indent: string, step: string) => readonly string[])[], lineBreak: string): readonly TextEdit[] {
  if (elements.length === 0) return [];
  const step = /^([ \t]+)<\w/m.exec(text)?.[1] ?? '  ';
  const open = new RegExp(`^${step}<${name}>[ \\t]*(?:\\r?\\n)`, 'm').exec(text);
  const lines = elements.flatMap((each) => each(step + step, step)).map((line) => line + lineBreak).join('');
  if (open) return [{ range: { start: open.index + open[0].length, end: open.index + open[0].length }, newText: lines }];
  const end = new RegExp(`^</project>`, 'm').exec(text);
  return !end || text.includes(`<${name}/>`) ? [] : [{ range: { start: end.index, end: end.index }, newText: `${step}<${name}>${lineBreak}${lines}${step}</${name}>${lineBreak}` }];
}

/** Items next to the others of their kind, else in a group of their own. */
function packageItems(text: string, kind: string, items: readonly string[], lineBreak: string): readonly TextEdit[] {
  if (items.length === 0) return [];
  const first = new RegExp(`^([ \\t]*)<${kind}\\s`, 'm').exec(text);
  if (first) return [{ range: { start: first.index, end: first.index }, newText: items.map((each) => first[1] + each + lineBreak).join('') }];
  const end = /^<\/Project>/m.exec(text);
  return end ? [{ range: { start: end.index, end: end.index }, newText: `  <ItemGroup>${lineBreak}${items.map((each) => `    ${each}${lineBreak}`).join('')}  </ItemGroup>${lineBreak}` }] : [];
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** A requirement by this name, whatever its version. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`(?:^|["'\\s])${escaped(name).replace(/[-_]/g, '[-_.]')}(?=$|["'\\s\\[<>=!~;,])`, 'im').test(text);
}
