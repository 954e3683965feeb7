/** A picture, recording or document of the project that the code names is counted as large as its file says. */
import { describe, expect, test } from 'vitest';
import { exactly } from '../../../src/core/exactly.js';
import { type Analysis, type CallSite, type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';

/** Files of the project as hosts describe them. */
const files: Readonly<Record<string, string>> = {
  '/work/shop/src/chart.png': '{"width":1024,"height":1024}', '/work/shop/media/photo.jpg': '{"width":2048,"height":4096}',
  '/work/shop/call.mp3': '{"seconds":90}', '/work/shop/terms.pdf': '{"pages":12}', '/etc/secret.png': '{"width":1,"height":1}',
};

async function callOf(language: LanguageId, code: string): Promise<CallSite> {
  return (await analysisOf(language, code)).calls[0]!;
}

async function analysisOf(language: LanguageId, code: string): Promise<Analysis> {
  const engine = engineForTests();
  await engine.prepare(language, code);
  const asked: string[] = [];
  const session = engine.open(language, code, { path: `/work/shop/src/main.${language === 'python' ? 'py' : 'ts'}`, root: '/work/shop', read: (path) => { asked.push(path); return files[path] ?? null; }, fixed: true });
  try {
    const analysis = await exactly(engine, () => session.analyze(defaultConfiguration, testDay));
    expect(asked.filter((path) => !path.startsWith('/work/shop/'))).toEqual([]);
    return analysis;
  } finally {
    session.dispose();
  }
}
const assumption = (call: CallSite, code: string) => call.estimate.assumptions.find((each) => each.code === code);

// OpenAI's tiles for gpt-4o: 85 + 170 each; 1024 × 1024 → 4 tiles (765), 2048 × 4096 → 6 tiles (1,105), as its guide works out.
const openai = (before: string, url: string, model = 'gpt-4o'): string => `
import base64
from openai import OpenAI
client = OpenAI()
${before}
client.chat.completions.create(model="${model}", max_tokens=50, messages=[{"role": "user", "content": [
    {"type": "text", "text": "What is this?"},
    {"type": "image_url", "image_url": {"url": ${url}}},
]}])
`;

describe('Python', () => {
  test.each([
    ['read and encoded on the spot', '', 'f"data:image/png;base64,{base64.b64encode(open(\'chart.png\', \'rb\').read()).decode()}"', 765],
    ['a helper that takes the path, as in OpenAI\'s guide', `def encode_image(image_path):
    with open(image_path, "rb") as image_file:
        return base64.b64encode(image_file.read()).decode("utf-8")
image_path = "media/photo.jpg"
base64_image = encode_image(image_path)`, 'f"data:image/jpeg;base64,{base64_image}"', 1105],
    ['pathlib', 'from pathlib import Path\ndata = base64.b64encode(Path("chart.png").read_bytes()).decode()', '"data:image/png;base64," + data', 765],
    ['with', 'with open("../src/chart.png", "rb") as f:\n    encoded = base64.b64encode(f.read()).decode()', 'f"data:image/png;base64,{encoded}"', 765],
  ])('%s', async (_name, before, url, tokens) => {
    const call = await callOf('python', openai(before, url));
    const [file] = Object.keys(files).filter((path) => path.endsWith(tokens === 765 ? 'chart.png' : 'photo.jpg'));
    expect(assumption(call, 'image-tokens')).toMatchObject({ origin: 'code', value: { low: tokens, likely: tokens, high: tokens } });
    expect(file!.endsWith(String(assumption(call, 'image-tokens')!.subject).split('/').at(-1)!)).toBe(true);
  });
  test('the finding on detail takes the size of the file, not an assumed one', async () => {
    const { findings } = await analysisOf('python', openai('data = base64.b64encode(open("media/photo.jpg", "rb").read()).decode()', 'f"data:image/jpeg;base64,{data}"'));
    expect(findings.find(({ code }) => code === 'image-detail')!.data).toMatchObject({ width: 2048, height: 4096, high: 1105, low: 85 });
  });
  test('one of several files, one that is not there, one outside the project: still assumed', async () => {
    for (const [before, url] of [
      ['import sys\npath = "chart.png" if len(sys.argv) > 1 else "media/photo.jpg"\ndata = base64.b64encode(open(path, "rb").read()).decode()', 'f"data:image/png;base64,{data}"'],
      ['data = base64.b64encode(open("missing.png", "rb").read()).decode()', 'f"data:image/png;base64,{data}"'],
      ['data = base64.b64encode(open("/etc/secret.png", "rb").read()).decode()', 'f"data:image/png;base64,{data}"'],
      ['', '"https://example.com/chart.png"'],
    ] as const) {
      const found = assumption(await callOf('python', openai(before, url)), 'image-tokens');
      expect(found).toMatchObject({ origin: 'default' });
      expect(found).not.toHaveProperty('subject');
    }
  });
  test('a transcription is as long as its recording: 1.5 minutes', async () => {
    const call = await callOf('python', 'from openai import OpenAI\nclient = OpenAI()\naudio = open("../call.mp3", "rb")\nclient.audio.transcriptions.create(model="whisper-1", file=audio)\n');
    // Whisper costs $0.006 a minute (openai.com pricing).
    expect(JSON.stringify(call.estimate.cost)).toContain('0.009');
  });
  test('Gemini: an opened picture among the contents', async () => {
    const call = await callOf('python', 'from google import genai\nfrom PIL import Image\nclient = genai.Client()\nclient.models.generate_content(model="gemini-2.5-flash", contents=["What is this?", Image.open("chart.png")])\n');
    // 1024 × 1024 is four tiles of 768 at 258 tokens.
    expect(assumption(call, 'image-tokens')).toMatchObject({ origin: 'code', subject: 'chart.png' });
    expect((assumption(call, 'image-tokens')!.value as { likely: number }).likely).toBe(1032);
  });
  test('Claude: a PDF of twelve pages', async () => {
    const call = await callOf('python', 'import base64, anthropic\nclient = anthropic.Anthropic()\npdf = base64.standard_b64encode(open("terms.pdf", "rb").read()).decode()\nclient.messages.create(model="claude-sonnet-4-5", max_tokens=50, messages=[{"role": "user", "content": [{"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": pdf}}, {"type": "text", "text": "Sum up."}]}])\n');
    expect(assumption(call, 'pages')).toMatchObject({ origin: 'code', subject: 'terms.pdf', value: { low: 12, likely: 12, high: 12 } });
  });
});

test('TypeScript: readFileSync in a template', async () => {
  const call = await callOf('typescript', `
import OpenAI from 'openai';
import { readFileSync } from 'node:fs';
const client = new OpenAI();
const image = readFileSync('src/chart.png').toString('base64');
await client.chat.completions.create({ model: 'gpt-4o', max_tokens: 50, messages: [{ role: 'user', content: [
  { type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: \`data:image/png;base64,\${image}\` } },
] }] });
`);
  expect(assumption(call, 'image-tokens')).toMatchObject({ origin: 'code', subject: 'src/chart.png', value: { likely: 765 } });
});
