/** Moves inside one vendor: what is written, and that a reading of the result finds the call at the place asked for. */
import { describe, expect, test } from 'vitest';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { applyEdits } from '../../../src/core/reconcile.js';
import { switchFile } from '../../../src/core/switchFile.js';
import { engineForTests, testDay } from '../engineForTests.js';

async function moved(language: LanguageId, text: string, provider: string, region: string) {
  const engine = engineForTests();
  await engine.prepare(language);
  const result = switchFile({ engine, language, text, wanted: { provider, model: null, sdk: null, region }, configuration: defaultConfiguration, today: testDay, selects: () => true });
  const after = applyEdits(text, result.edits);
  const session = engine.open(language, after);
  const zones = session.analyze(defaultConfiguration, testDay).calls.map((call) => call.destination.inferenceZone);
  session.dispose();
  return { ...result, after, zones };
}

const genai = (location: string): string => `from google import genai\nclient = genai.Client(vertexai=True, project="p"${location})\nclient.models.generate_content(model="gemini-2.5-flash", contents="x")\nclient.models.generate_content(model="gemini-2.5-pro", contents="y")\n`;
const boto = (region: string, model: string): string => `import boto3\nclient = boto3.client("bedrock-runtime", region_name="${region}")\nclient.converse(modelId="${model}", messages=[])\n`;

describe('the place is written as the vendor names it', () => {
  test.each<[string, LanguageId, string, string, string, readonly string[], string]>([
    // Locations eu and us are multi-regions: aiplatform.eu.rep.googleapis.com (google-genai, MULTI_REGIONAL_LOCATIONS).
    ['Vertex, multi-region', 'python', genai(', location="us-central1"'), 'google-vertex', 'eu', ['location="eu")'], 'EU'],
    ['Vertex, region by its name', 'python', genai(', location="us-central1"'), 'google-vertex', 'europe-west4', ['location="europe-west4")'], 'EU'],
    ['Vertex, location added', 'python', genai(''), 'google-vertex', 'JP', ['project="p", location="asia-northeast1")'], 'JP'],
    ['Vertex in TypeScript', 'typescript', "import { GoogleGenAI } from '@google/genai';\nconst ai = new GoogleGenAI({ vertexai: true, project: 'p', location: 'us-central1' });\nawait ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'x' });\n", 'google-vertex', 'london', ["location: 'europe-west2'"], 'GB'],
    ['Claude at Vertex', 'python', 'from anthropic import AnthropicVertex\nclient = AnthropicVertex(region="us-east5", project_id="p")\nclient.messages.create(model="claude-sonnet-4-5", max_tokens=5, messages=[])\n', 'google-vertex', 'europe-west1', ['region="europe-west1"'], 'EU'],
    ['Bedrock, region and profile', 'python', boto('us-east-1', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'), 'aws-bedrock', 'eu', ['region_name="eu-central-1"', 'modelId="eu.anthropic.claude-sonnet-4-5-20250929-v1:0"'], 'EU'],
    ['Bedrock, region by its name', 'python', boto('us-east-1', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'), 'aws-bedrock', 'eu-west-3', ['region_name="eu-west-3"', 'modelId="eu.anthropic'], 'EU'],
    ['Bedrock, out of the global profile', 'python', boto('eu-west-1', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'), 'aws-bedrock', 'ap-northeast-1', ['region_name="ap-northeast-1"', 'modelId="jp.anthropic'], 'JP'],
    ['Bedrock, plain model id', 'python', boto('us-east-1', 'amazon.nova-lite-v1:0'), 'aws-bedrock', 'eu-central-1', ['region_name="eu-central-1"', 'modelId="amazon.nova-lite-v1:0"'], 'EU'],
    ['Bedrock in TypeScript', 'typescript', "import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';\nconst client = new BedrockRuntimeClient({ region: 'us-east-1' });\nawait client.send(new ConverseCommand({ modelId: 'us.amazon.nova-lite-v1:0', messages: [] }));\n", 'aws-bedrock', 'eu', ["region: 'eu-central-1'", "modelId: 'eu.amazon.nova-lite-v1:0'"], 'EU'],
    ['Claude, inference_geo', 'python', 'import anthropic\nclient = anthropic.Anthropic()\nclient.messages.create(model="claude-sonnet-5", max_tokens=5, messages=[])\n', 'anthropic', 'us', ['messages=[], inference_geo="us")'], 'US'],
    ['Claude, inference_geo in TypeScript', 'typescript', "import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\nawait client.messages.create({ model: 'claude-sonnet-5', max_tokens: 5, messages: [] });\n", 'anthropic', 'US', ["messages: [], inference_geo: 'us' }"], 'US'],
  ])('%s', async (_name, language, text, provider, region, written, zone) => {
    const { after, zones, refused } = await moved(language, text, provider, region);
    for (const each of written) expect(after).toContain(each);
    expect(refused).toEqual([]);
    for (const each of zones) expect(each).toBe(zone);
    expect(zones.length).toBe(text.split(/generate_?[cC]ontent\(|converse\(|messages\.create\(|\.send\(/).length - 1);
  });
});

describe('what is refused, and what is said', () => {
  test.each<[string, string, string, string, string]>([
    ['inference_geo to a model that refuses it', 'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=5, messages=[])\n', 'anthropic', 'us', 'cannot-rewrite'],
    ['a geography that Claude does not offer', 'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-5", max_tokens=5, messages=[])\n', 'anthropic', 'jp', 'unknown-region'],
    ['a profile where there is none', boto('us-east-1', 'us.amazon.nova-lite-v1:0'), 'aws-bedrock', 'ca', 'cannot-rewrite'],
    ['a client whose arguments come from elsewhere', 'import boto3\ndef f(options):\n    client = boto3.client("bedrock-runtime", **options)\n    return client.converse(modelId="us.amazon.nova-lite-v1:0", messages=[])\n', 'aws-bedrock', 'eu', 'cannot-rewrite'],
    ['the place it is at', genai(', location="europe-west4"'), 'google-vertex', 'europe-west4', 'already-there'],
    ['a word that is no place', genai(', location="us-central1"'), 'google-vertex', 'middle-earth-1', 'unknown-region'],
  ])('%s', async (_name, text, provider, region, reason) => {
    const { after, refused } = await moved('python', text, provider, region);
    expect(after).toBe(text);
    expect([...new Set(refused.map((each) => each.reason))]).toEqual([reason]);
  });

  test('inference_geo says nothing about where data is kept', async () => {
    const { losses } = await moved('python', 'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-5", max_tokens=5, messages=[])\n', 'anthropic', 'us');
    expect(losses.map(({ argument, what, reason }) => [argument, what, reason])).toEqual([['inference_geo', 'kept', 'geography-inference-only']]);
  });
});
