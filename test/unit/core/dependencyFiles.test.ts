/** Proposals for files that list packages and variables. */
import { expect, test } from 'vitest';
import { dependencyEdits } from '../../../src/core/dependencyFiles.js';
import type { PackageChange } from '../../../src/core/engine.js';
import { applyEdits } from '../../../src/core/reconcile.js';

const python: PackageChange = { ecosystem: 'python', name: 'anthropic', version: '>=0.70', change: 'added' };
const javascript: PackageChange = { ecosystem: 'javascript', name: '@anthropic-ai/sdk', version: '^1.13.0', change: 'added' };
const after = (name: string, text: string): string => applyEdits(text, dependencyEdits(name, text, [python, javascript, { ...python, name: 'openai', change: 'unused' }], ['ANTHROPIC_API_KEY']));

test.each([
  ['.env.example', 'OPENAI_API_KEY=\n', 'OPENAI_API_KEY=\nANTHROPIC_API_KEY=\n'],
  ['.env.example', 'A=1', 'A=1\nANTHROPIC_API_KEY=\n'],
  ['.env.example', 'ANTHROPIC_API_KEY=sk\n', 'ANTHROPIC_API_KEY=sk\n'],
  ['.env.example', 'A=1\r\n', 'A=1\r\nANTHROPIC_API_KEY=\r\n'],
  ['requirements.txt', 'openai>=1\n', 'openai>=1\nanthropic>=0.70\n'],
  ['requirements.txt', 'Anthropic[bedrock]==0.75\n', 'Anthropic[bedrock]==0.75\n'],
  ['pyproject.toml', '[project]\ndependencies = [\n  "openai",\n]\n', '[project]\ndependencies = [\n  "anthropic>=0.70",\n  "openai",\n]\n'],
  ['pyproject.toml', '[project]\ndependencies = []\n', '[project]\ndependencies = ["anthropic>=0.70"]\n'],
  ['pyproject.toml', '[tool.other]\n', '[tool.other]\n'],
  ['package.json', '{\n  "dependencies": {\n    "openai": "^6.0.0"\n  }\n}\n', '{\n  "dependencies": {\n    "@anthropic-ai/sdk": "^1.13.0",\n    "openai": "^6.0.0"\n  }\n}\n'],
  ['package.json', '{\n  "name": "x"\n}\n', '{\n  "dependencies": { "@anthropic-ai/sdk": "^1.13.0" },\n  "name": "x"\n}\n'],
  ['package.json', '{ "dependencies": {} }', '{ "dependencies": {"@anthropic-ai/sdk": "^1.13.0"} }'],
  ['package.json', '{\n  "devDependencies": { "@anthropic-ai/sdk": "1" }\n}\n', '{\n  "devDependencies": { "@anthropic-ai/sdk": "1" }\n}\n'],
])('%s: %j', (name, before, expected) => {
  expect(after(name, before)).toBe(expected);
  if (name === 'package.json') expect(() => { JSON.parse(after(name, before)); }).not.toThrow();
});

const compiled: readonly PackageChange[] = [
  { ecosystem: 'go', name: 'github.com/openai/openai-go/v3', version: 'v3.96.0', change: 'added' },
  { ecosystem: 'java', name: 'com.openai:openai-java', version: '4.52.0', change: 'added' },
  { ecosystem: 'csharp', name: 'OpenAI', version: '2.5.0', change: 'added' },
];

test.each<[string, string, string, string]>([
  ['a block of requirements', 'go.mod', 'module a\n\nrequire (\n\tgithub.com/x/y v1.0.0\n)\n', 'module a\n\nrequire (\n\tgithub.com/openai/openai-go/v3 v3.96.0\n\tgithub.com/x/y v1.0.0\n)\n'],
  ['no requirement yet', 'go.mod', 'module a\n\ngo 1.24\n', 'module a\n\ngo 1.24\n\nrequire github.com/openai/openai-go/v3 v3.96.0\n'],
  ['listed', 'go.mod', 'module a\nrequire github.com/openai/openai-go/v3 v3.1.0\n', 'module a\nrequire github.com/openai/openai-go/v3 v3.1.0\n'],
  ['another major version is another module', 'go.mod', 'module a\r\nrequire (\r\n\tgithub.com/openai/openai-go v1.0.0\r\n)\r\n', 'module a\r\nrequire (\r\n\tgithub.com/openai/openai-go/v3 v3.96.0\r\n\tgithub.com/openai/openai-go v1.0.0\r\n)\r\n'],
  ['the project\'s own dependencies, not the managed ones', 'pom.xml', '<project>\n  <dependencyManagement>\n    <dependencies>\n    </dependencies>\n  </dependencyManagement>\n  <dependencies>\n  </dependencies>\n</project>\n', '<project>\n  <dependencyManagement>\n    <dependencies>\n    </dependencies>\n  </dependencyManagement>\n  <dependencies>\n    <dependency>\n      <groupId>com.openai</groupId>\n      <artifactId>openai-java</artifactId>\n      <version>4.52.0</version>\n    </dependency>\n  </dependencies>\n</project>\n'],
  ['no dependencies yet', 'pom.xml', '<project>\n  <artifactId>a</artifactId>\n</project>\n', '<project>\n  <artifactId>a</artifactId>\n  <dependencies>\n    <dependency>\n      <groupId>com.openai</groupId>\n      <artifactId>openai-java</artifactId>\n      <version>4.52.0</version>\n    </dependency>\n  </dependencies>\n</project>\n'],
  ['listed', 'pom.xml', '<project>\n  <dependencies>\n    <dependency><artifactId>openai-java</artifactId></dependency>\n  </dependencies>\n</project>\n', '<project>\n  <dependencies>\n    <dependency><artifactId>openai-java</artifactId></dependency>\n  </dependencies>\n</project>\n'],
  ['Groovy', 'build.gradle', "plugins {\n}\ndependencies {\n    implementation 'a:b:1'\n}\n", "plugins {\n}\ndependencies {\n    implementation 'com.openai:openai-java:4.52.0'\n    implementation 'a:b:1'\n}\n"],
  ['Kotlin', 'build.gradle.kts', 'dependencies {\n    implementation("a:b:1")\n}\n', 'dependencies {\n    implementation("com.openai:openai-java:4.52.0")\n    implementation("a:b:1")\n}\n'],
  ['listed in a version catalog', 'build.gradle.kts', 'dependencies {\n    implementation(libs.openai.java)\n}\n', 'dependencies {\n    implementation(libs.openai.java)\n}\n'],
  ['next to the others', 'App.csproj', '<Project>\n  <ItemGroup>\n    <PackageReference Include="A" Version="1" />\n  </ItemGroup>\n</Project>\n', '<Project>\n  <ItemGroup>\n    <PackageReference Include="OpenAI" Version="2.5.0" />\n    <PackageReference Include="A" Version="1" />\n  </ItemGroup>\n</Project>\n'],
  ['versions kept in the middle', 'App.csproj', '<Project>\n  <ItemGroup>\n    <PackageReference Include="A" />\n  </ItemGroup>\n</Project>\n', '<Project>\n  <ItemGroup>\n    <PackageReference Include="OpenAI" />\n    <PackageReference Include="A" />\n  </ItemGroup>\n</Project>\n'],
  ['the versions themselves', 'Directory.Packages.props', '<Project>\n  <ItemGroup>\n    <PackageVersion Include="A" Version="1" />\n  </ItemGroup>\n</Project>\n', '<Project>\n  <ItemGroup>\n    <PackageVersion Include="OpenAI" Version="2.5.0" />\n    <PackageVersion Include="A" Version="1" />\n  </ItemGroup>\n</Project>\n'],
  ['no package yet', 'App.csproj', '<Project>\n</Project>\n', '<Project>\n  <ItemGroup>\n    <PackageReference Include="OpenAI" Version="2.5.0" />\n  </ItemGroup>\n</Project>\n'],
  ['brought along by another', 'App.csproj', '<Project>\n  <ItemGroup>\n    <PackageReference Include="Azure.AI.OpenAI" Version="2" />\n  </ItemGroup>\n</Project>\n', '<Project>\n  <ItemGroup>\n    <PackageReference Include="Azure.AI.OpenAI" Version="2" />\n  </ItemGroup>\n</Project>\n'],
  ['no other file', 'notes.txt', 'x\n', 'x\n'],
])('%s, %s', (_name, name, before, expected) => {
  expect(applyEdits(before, dependencyEdits(name, before, compiled, []))).toBe(expected);
});
