/** Prompts, models and addresses that stand in files which code reads. */
import { describe, expect, test } from 'vitest';
import { type CallSite, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { parseToml } from '../../../src/core/toml.js';
import { engineForTests } from '../engineForTests.js';

type Tree = Readonly<Record<string, string>>;

async function callsOf(files: Tree, path: string, language: LanguageId): Promise<readonly CallSite[]> {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, files[path]!, { path, root: '/p', read: (each) => files[each] ?? null });
  const { calls } = session.analyze(defaultConfiguration, '2026-11-24');
  session.dispose();
  return calls;
}

/** Pieces of the first part that has a file, `<name>` for holes, with the files named behind. */
const said = (calls: readonly CallSite[]): string => calls.map((call) => call.request.parts.map((part) => part.pieces.map((piece) => (piece.kind === 'text' ? (piece.file ? `${piece.text}@${piece.file}` : piece.text) : `<${piece.name}>`)).join('')).join(' / ')).join('\n');
const modelsOf = (calls: readonly CallSite[]): string => calls.map((call) => `${call.request.model.values.join('|') || '?'} ${call.request.model.how} ${call.request.model.file ?? '-'}`).join('\n');

const prompt = { '/p/prompts/answer.md': 'Answer briefly.' };
const python = (system: string, before = ''): string => `import os, io\nfrom pathlib import Path\nfrom openai import OpenAI\n${before}\nOpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "system", "content": ${system}}])\n`;
const script = (system: string, before = ''): string => `import OpenAI from 'openai';\nimport fs from 'node:fs';\nimport { readFile } from 'node:fs/promises';\nimport path from 'node:path';\n${before}\nnew OpenAI().chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'system', content: ${system} }] });\n`;

describe('prompts that Python reads', () => {
  test.each([
    ['open().read()', 'open("prompts/answer.md").read()', ''],
    ['with', 'text', 'with open("prompts/answer.md", encoding="utf-8") as f:\n    text = f.read()'],
    ['read_text', 'Path("prompts/answer.md").read_text()', ''],
    ['beside the file', '(HERE / "answer.md").read_text(encoding="utf-8")', 'HERE = Path(__file__).resolve().parent / "../prompts"'],
    ['parent by number', 'FILE.read_text()', 'FILE = Path(__file__).parents[1] / "prompts" / "answer.md"'],
    ['os.path', 'open(os.path.join(os.path.dirname(os.path.dirname(__file__)), "prompts", "answer.md")).read()', ''],
    ['a function', 'load("answer")', 'def load(name):\n    with open(f"prompts/{name}.md") as f:\n        return f.read()'],
    ['importlib.resources', 'files("prompts").joinpath("answer.md").read_text()', 'from importlib.resources import files'],
    ['pkgutil', 'pkgutil.get_data("prompts", "answer.md").decode("utf-8")', 'import pkgutil'],
  ])('%s', async (_name, system, before) => {
    expect(said(await callsOf({ ...prompt, '/p/app/a.py': python(system, before) }, '/p/app/a.py', 'python'))).toBe('Answer briefly.@prompts/answer.md');
  });

  test('format, Jinja and string.Template fill what they are given', async () => {
    const files = { '/p/t/a.txt': 'Hi {name}, {{x}}', '/p/t/b.j2': 'Hi {{ name }}{% if x %}!{% endif %}', '/p/t/c.txt': 'Hi $name and $other' };
    const of = (system: string, before: string): Promise<readonly CallSite[]> => callsOf({ ...files, '/p/a.py': python(system, before) }, '/p/a.py', 'python');
    expect(said(await of('open("t/a.txt").read().format(name="Ann")', ''))).toBe('Hi @t/a.txtAnn, @t/a.txt{@t/a.txtx@t/a.txt}@t/a.txt');
    expect(said(await of('env.get_template("b.j2").render(name=who)', 'from jinja2 import Environment, FileSystemLoader\nenv = Environment(loader=FileSystemLoader("t"))\nwho = input()'))).toBe('Hi @t/b.j2<input>!@t/b.j2');
    expect(said(await of('Template(open("t/c.txt").read()).substitute(name="Ann")', 'from string import Template'))).toBe('Hi @t/c.txtAnn and @t/c.txt<other>');
  });

  test('nothing outside the root, nothing of key files, nothing that is not there', async () => {
    const files = { '/etc/prompt.md': 'secret', '/p/id.pem': 'secret', '/p/.env': 'KEY=secret' };
    for (const path of ['/etc/prompt.md', '../../etc/prompt.md', 'id.pem', '.env', 'none.md']) {
      expect(said(await callsOf({ ...files, '/p/a.py': python(`open("${path}").read()`) }, '/p/a.py', 'python'))).not.toContain('secret');
    }
  });

  test('a helper of another file reads from where it stands', async () => {
    const files = { '/p/app/a.py': python('load("answer.md")', 'from lib.prompts import load'), '/p/app/lib/prompts.py': 'from pathlib import Path\nHERE = Path(__file__).parent\ndef load(name):\n    return (HERE / "texts" / name).read_text()\n', '/p/app/lib/texts/answer.md': 'From the library.' };
    expect(said(await callsOf(files, '/p/app/a.py', 'python'))).toContain('From the library.');
  });
});

describe('prompts that JavaScript reads', () => {
  test.each([
    ['readFileSync', "fs.readFileSync('prompts/answer.md', 'utf8')", ''],
    ['readFile', "await readFile(path.join(process.cwd(), 'prompts', 'answer.md'), 'utf8')", ''],
    ['__dirname', "fs.readFileSync(path.resolve(__dirname, '../prompts/answer.md'), 'utf-8').trim()", ''],
    ['import.meta.url', "fs.readFileSync(new URL('../prompts/answer.md', import.meta.url), 'utf8')", ''],
    ['fileURLToPath', "fs.readFileSync(path.join(here, '..', 'prompts', 'answer.md'), 'utf8')", "import { fileURLToPath } from 'node:url';\nconst here = path.dirname(fileURLToPath(import.meta.url));"],
    ['?raw', 'answer', "import answer from '../prompts/answer.md?raw';"],
    ['Bun', "await Bun.file('prompts/answer.md').text()", ''],
  ])('%s', async (_name, system, before) => {
    expect(said(await callsOf({ ...prompt, '/p/src/a.ts': script(system, before) }, '/p/src/a.ts', 'typescript'))).toBe('Answer briefly.@prompts/answer.md');
  });
});

describe('prompts that other languages read', () => {
  test.each([
    ['go', '/p/a.go', 'package main\nimport (\n\t"context"\n\t_ "embed"\n\topenai "github.com/sashabaranov/go-openai"\n)\n\n//go:embed prompts/answer.md\nvar answer string\n\nfunc main() {\n\tclient := openai.NewClient("k")\n\tclient.CreateChatCompletion(context.Background(), openai.ChatCompletionRequest{Model: "gpt-4o", Messages: []openai.ChatCompletionMessage{{Role: "system", Content: answer}}})\n}\n'],
    ['go', '/p/b.go', 'package main\nimport (\n\t"context"\n\t"os"\n\topenai "github.com/sashabaranov/go-openai"\n)\n\nfunc main() {\n\tdata, err := os.ReadFile("prompts/answer.md")\n\tclient := openai.NewClient("k")\n\tclient.CreateChatCompletion(context.Background(), openai.ChatCompletionRequest{Model: "gpt-4o", Messages: []openai.ChatCompletionMessage{{Role: "system", Content: string(data)}}})\n}\n'],
    ['csharp', '/p/A.cs', 'using System.IO;\nusing OpenAI.Chat;\nvar client = new ChatClient("gpt-4o", "k");\nvar text = File.ReadAllText("prompts/answer.md");\nclient.CompleteChat(text);\n'],
    ['ruby', '/p/a.rb', 'require "openai"\nclient = OpenAI::Client.new\nclient.chat(parameters: { model: "gpt-4o", messages: [{ role: "system", content: File.read(File.join(__dir__, "prompts/answer.md")) }] })\n'],
    ['php', '/p/a.php', "<?php\n$client = OpenAI::client('k');\n$client->chat()->create(['model' => 'gpt-4o', 'messages' => [['role' => 'system', 'content' => file_get_contents(__DIR__ . '/prompts/answer.md')]]]);\n"],
    ['rust', '/p/a.rs', 'use async_openai::{Client, types::{CreateChatCompletionRequestArgs, ChatCompletionRequestSystemMessageArgs}};\nasync fn f() {\n  let client = Client::new();\n  let request = CreateChatCompletionRequestArgs::default().model("gpt-4o").messages([ChatCompletionRequestSystemMessageArgs::default().content(include_str!("prompts/answer.md")).build().unwrap().into()]).build().unwrap();\n  client.chat().create(request).await;\n}\n'],
    ['java', '/p/A.java', 'import java.nio.file.*;\nimport com.openai.client.okhttp.OpenAIOkHttpClient;\nimport com.openai.models.chat.completions.ChatCompletionCreateParams;\nclass A { void f() throws Exception {\n  var client = OpenAIOkHttpClient.fromEnv();\n  String text = Files.readString(Path.of("prompts/answer.md"));\n  client.chat().completions().create(ChatCompletionCreateParams.builder().model("gpt-4o").addSystemMessage(text).build());\n} }\n'],
    ['shellscript', '/p/a.sh', 'PROMPT=$(cat prompts/answer.md)\ncurl https://api.openai.com/v1/chat/completions -H "Authorization: Bearer $OPENAI_API_KEY" -d "{\\"model\\": \\"gpt-4o\\", \\"messages\\": [{\\"role\\": \\"system\\", \\"content\\": \\"$PROMPT\\"}]}"\n'],
  ] as const)('%s %s', async (language, path, code) => {
    expect(said(await callsOf({ ...prompt, [path]: code }, path, language))).toContain('Answer briefly.@prompts/answer.md');
  });
});

describe('settings that code reads', () => {
  test('JSON, YAML and TOML', async () => {
    const files = { '/p/config.json': '{"llm": {"model": "gpt-4.1-mini"}}', '/p/config.yaml': 'llm:\n  model: gpt-4.1-nano\n', '/p/config.toml': '# own\n[llm]\nmodel = "gpt-4.1" # big\n' };
    const of = (before: string): string => `import json, yaml, tomllib\nfrom openai import OpenAI\n${before}\nOpenAI().chat.completions.create(model=config["llm"]["model"], messages=[])\n`;
    expect(modelsOf(await callsOf({ ...files, '/p/a.py': of('config = json.load(open("config.json"))') }, '/p/a.py', 'python'))).toBe('gpt-4.1-mini config config.json');
    expect(modelsOf(await callsOf({ ...files, '/p/a.py': of('with open("config.yaml") as f:\n    config = yaml.safe_load(f)') }, '/p/a.py', 'python'))).toBe('gpt-4.1-nano config config.yaml');
    expect(modelsOf(await callsOf({ ...files, '/p/a.py': of('with open("config.toml", "rb") as f:\n    config = tomllib.load(f)') }, '/p/a.py', 'python'))).toBe('gpt-4.1 config config.toml');
    expect(modelsOf(await callsOf({ ...files, '/p/src/a.ts': "import OpenAI from 'openai';\nimport config from '../config.json';\nnew OpenAI().chat.completions.create({ model: config.llm.model, messages: [] });\n" }, '/p/src/a.ts', 'typescript'))).toBe('gpt-4.1-mini config config.json');
  });

  test('an address of a settings file decides the provider', async () => {
    const files = { '/p/settings.json': '{"base": "https://api.deepseek.com", "model": "deepseek-chat"}', '/p/a.py': 'import json\nfrom openai import OpenAI\nsettings = json.loads(open("settings.json").read())\nOpenAI(base_url=settings["base"]).chat.completions.create(model=settings["model"], messages=[])\n' };
    const [call] = await callsOf(files, '/p/a.py', 'python');
    expect([call!.destination.provider, call!.model]).toEqual(['deepseek', 'deepseek-chat']);
  });

  test('TOML by its specification', () => {
    expect(JSON.parse(JSON.stringify(parseToml('a = "x\\n"\nb.c = 1_000\n[d."e f"]\ng = [\n  "h", # one\n  2,\n]\ni = true\n[[j]]\nk = 1\n')))).toEqual({ a: 'x\n', b: { c: 1000 }, d: { 'e f': { g: ['h', 2], i: true } } });
  });
});

describe('environment files', () => {
  const code = 'import os\nfrom openai import OpenAI\nOpenAI().chat.completions.create(model=os.environ["LLM_MODEL"], messages=[])\nOpenAI().chat.completions.create(model=os.getenv("LLM_MODEL", "gpt-4o"), messages=[])\nOpenAI().chat.completions.create(model=os.environ["MODEL_KEY"], messages=[])\n';

  test('a model name of .env, before the default in the code; never of a variable that may hold a key', async () => {
    expect(modelsOf(await callsOf({ '/p/.env': 'LLM_MODEL="gpt-4.1-mini"\nMODEL_KEY=abc-123\n', '/p/a/a.py': code }, '/p/a/a.py', 'python'))).toBe('gpt-4.1-mini config .env\ngpt-4.1-mini|gpt-4o config .env\n? dynamic -');
  });

  test('examples and compose files only where the code says nothing', async () => {
    expect(modelsOf(await callsOf({ '/p/.env.example': 'LLM_MODEL=gpt-4.1-nano\n', '/p/a.py': code }, '/p/a.py', 'python'))).toBe('gpt-4.1-nano config .env.example\ngpt-4o env-default -\n? dynamic -');
    expect(modelsOf(await callsOf({ '/p/docker-compose.yml': 'services:\n  web:\n    environment:\n      - LLM_MODEL=${LLM_MODEL:-gpt-4.1}\n', '/p/a.py': code }, '/p/a.py', 'python'))).toBe('gpt-4.1 config docker-compose.yml\ngpt-4o env-default -\n? dynamic -');
    expect(modelsOf(await callsOf({ '/p/compose.yaml': 'services:\n  web:\n    environment:\n      LLM_MODEL: gpt-4.1\n', '/p/a.py': code }, '/p/a.py', 'python')).split('\n')[0]).toBe('gpt-4.1 config compose.yaml');
  });

  test('settings classes: their defaults, and what sets them', async () => {
    const files = {
      '/p/settings.py': 'from pydantic import Field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="app_")\n    model: str = "gpt-4o"\n    small_model: str\n    other: str = Field("gpt-4", alias="OTHER_MODEL")\nsettings = Settings()\n',
      '/p/a.py': 'from openai import OpenAI\nfrom settings import settings\nOpenAI().chat.completions.create(model=settings.model, messages=[])\nOpenAI().chat.completions.create(model=settings.small_model, messages=[])\nOpenAI().chat.completions.create(model=settings.other, messages=[])\n',
    };
    expect(modelsOf(await callsOf(files, '/p/a.py', 'python'))).toBe('gpt-4o env-default -\n? dynamic -\ngpt-4 env-default -');
    expect(modelsOf(await callsOf({ ...files, '/p/.env': 'APP_MODEL=gpt-4.1\nAPP_SMALL_MODEL=gpt-4.1-nano\nOTHER_MODEL=gpt-4.1-mini\n' }, '/p/a.py', 'python'))).toBe('gpt-4.1|gpt-4o config .env\ngpt-4.1-nano config .env\ngpt-4.1-mini|gpt-4 config .env');
  });
});

describe('settings that frameworks read', () => {
  test('appsettings.json', async () => {
    const files = { '/p/appsettings.json': '{"OpenAI": {"Model": "gpt-4.1-mini"}}', '/p/A.cs': 'using OpenAI.Chat;\nvar model = configuration["OpenAI:Model"];\nvar client = new ChatClient(model, "k");\nclient.CompleteChat("hi");\n' };
    expect(modelsOf((await callsOf(files, '/p/A.cs', 'csharp')).filter((call) => call.kind === 'call'))).toBe('gpt-4.1-mini config appsettings.json');
  });

  test.each([
    ['application.yml', 'app:\n  model: gpt-4.1-mini\n', 'gpt-4.1-mini config src/main/resources/application.yml'],
    ['application.properties', 'app.model = gpt-4.1-nano\n', 'gpt-4.1-nano config src/main/resources/application.properties'],
    ['none.yml', '', 'gpt-4o env-default -'],
  ])('%s', async (name, text, expected) => {
    const files = { [`/p/src/main/resources/${name}`]: text, '/p/src/main/java/A.java': 'import com.openai.client.okhttp.OpenAIOkHttpClient;\nimport com.openai.models.chat.completions.ChatCompletionCreateParams;\nimport org.springframework.beans.factory.annotation.Value;\nclass A {\n  @Value("${app.model:gpt-4o}")\n  private String model;\n  void f() {\n    var client = OpenAIOkHttpClient.fromEnv();\n    client.chat().completions().create(ChatCompletionCreateParams.builder().model(model).addUserMessage("hi").build());\n  }\n}\n' };
    expect(modelsOf(await callsOf(files, '/p/src/main/java/A.java', 'java'))).toBe(expected);
  });
});

describe('requests that are not finished', () => {
  test.each([
    ['{"model": "gpt-4.1", "messages": [', 'gpt-4.1'],
    ['{"model": "gpt-4.1", "mess', 'gpt-4.1'],
    ['{"model": "gpt-4.1", "stream": tr', 'gpt-4.1'],
    ['{"messages": [{"role": "user"}], "model": "gpt-4.1', 'gpt-4.1'],
    ['{"messages": [}, "model": "gpt-4.1"}', '?'],
  ])('%s', async (body, model) => {
    expect(modelsOf(await callsOf({ '/p/a.http': `POST https://api.openai.com/v1/chat/completions\nContent-Type: application/json\n\n${body}\n` }, '/p/a.http', 'http')).split(' ')[0]).toBe(model);
  });
});
