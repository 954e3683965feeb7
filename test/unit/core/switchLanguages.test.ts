/** Moving calls in Go, Java, C#, shell and hand-written requests, and behind gateways: the documented forms of each SDK (providers.md §8). */
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/core/reconcile.js';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';
import { parseErrors } from '../switching/parseErrors.js';

interface Result { readonly text: string; readonly losses: readonly string[] }

async function move(language: LanguageId, text: string, provider: string, model: string, more: object = {}): Promise<Result | null> {
  const engine = engineForTests();
  await engine.prepare(language);
  const session = engine.open(language, text);
  try {
    const [call] = session.analyze(defaultConfiguration, testDay).calls;
    const facts = engine.facts.providers.find((each) => each.id === provider)!;
    const plan = session.switchTo(call!, { provider, endpointId: facts.endpoints[0]!.id, model, ...more });
    if (!plan) return null;
    const after = applyEdits(text, plan.edits);
    expect(await parseErrors(language, after)).toBe(0);
    return { text: after, losses: plan.losses.map(({ argument, what }) => `${argument} ${what}`) };
  } finally {
    session.dispose();
  }
}

/** Lines that are new in the second text. */
const added = (before: string, after: string): string[] => after.split('\n').filter((line) => !before.split('\n').includes(line)).map((line) => line.trim());

describe('Go', () => {
  const official = `package main

import (
	"context"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client := openai.NewClient(
		option.WithAPIKey(os.Getenv("OPENAI_API_KEY")), // from the environment
	)
	client.Chat.Completions.New(context.TODO(), openai.ChatCompletionNewParams{
		Model:               openai.ChatModelGPT4o,
		Messages:            []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hi")},
		MaxCompletionTokens: openai.Int(100),
		Store:               openai.Bool(true),
	})
}
`;

  test('options of the official client; the limit keeps its column', async () => {
    const moved = await move('go', official, 'deepseek', 'deepseek-flash');
    expect(added(official, moved!.text)).toEqual(['option.WithBaseURL("https://api.deepseek.com"),', 'option.WithAPIKey(os.Getenv("DEEPSEEK_API_KEY")), // from the environment', 'Model:               "deepseek-flash",', 'MaxTokens:           openai.Int(100),']);
    expect(moved!.text).not.toContain('Store');
    expect(moved!.losses).toContain('store removed');
  });

  test('a client without options; missing imports come', async () => {
    const text = official.replace(/\n\t\toption\.WithAPIKey[^\n]*\n\t/, '').replace('\t"os"\n', '').replace('\t"github.com/openai/openai-go/v3/option"\n', '');
    const moved = await move('go', text, 'mistral', 'mistral-small-latest');
    expect(added(text, moved!.text)).toEqual(expect.arrayContaining(['"os"', '"github.com/openai/openai-go/v3/option"', 'client := openai.NewClient(option.WithBaseURL("https://api.mistral.ai/v1"), option.WithAPIKey(os.Getenv("MISTRAL_API_KEY")))']));
  });

  test('the older community client: a configuration of its own', async () => {
    const text = 'package main\n\nimport (\n\t"context"\n\n\topenai "github.com/sashabaranov/go-openai"\n)\n\nfunc main() {\n\tclient := openai.NewClient("token")\n\tclient.CreateChatCompletion(context.Background(), openai.ChatCompletionRequest{Model: openai.GPT4o})\n}\n';
    const moved = await move('go', text, 'deepseek', 'deepseek-flash');
    expect(added(text, moved!.text)).toEqual(['"os"', 'config := openai.DefaultConfig(os.Getenv("DEEPSEEK_API_KEY"))', 'config.BaseURL = "https://api.deepseek.com"', 'client := openai.NewClientWithConfig(config)', 'client.CreateChatCompletion(context.Background(), openai.ChatCompletionRequest{Model: "deepseek-flash"})']);
  });
});

describe('Java', () => {
  const java = (client: string): string => `import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.ChatModel;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

class A {
    void run() {
        OpenAIClient client = ${client};
        ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
                .addUserMessage("Hi")
                .maxCompletionTokens(100)
                .store(true)
                .model(ChatModel.GPT_4O)
                .build();
        client.chat().completions().create(params);
    }
}
`;

  test('a client from the environment becomes a builder', async () => {
    const text = java('OpenAIOkHttpClient.fromEnv()');
    expect(added(text, (await move('java', text, 'deepseek', 'deepseek-flash'))!.text)).toEqual(['OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl("https://api.deepseek.com").apiKey(System.getenv("DEEPSEEK_API_KEY")).build();', '.maxTokens(100)', '.model("deepseek-flash")']);
  });

  test('steps of a builder are replaced and added', async () => {
    const text = java('OpenAIOkHttpClient.builder().apiKey(System.getenv("OPENAI_API_KEY")).organization("o").build()');
    expect(added(text, (await move('java', text, 'deepseek', 'deepseek-flash'))!.text)[0]).toBe('OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl("https://api.deepseek.com").apiKey(System.getenv("DEEPSEEK_API_KEY")).build();');
  });
});

describe('C#', () => {
  test.each([
    ['new(model: "gpt-4o", apiKey: Environment.GetEnvironmentVariable("OPENAI_API_KEY"))', 'new(model: "deepseek-flash", credential: new ApiKeyCredential(Environment.GetEnvironmentVariable("DEEPSEEK_API_KEY")), options: new OpenAIClientOptions { Endpoint = new Uri("https://api.deepseek.com") })'],
    ['new ChatClient("gpt-4o", key)', 'new ChatClient("deepseek-flash", new ApiKeyCredential(Environment.GetEnvironmentVariable("DEEPSEEK_API_KEY")), new OpenAIClientOptions { Endpoint = new Uri("https://api.deepseek.com") })'],
  ])('%s', async (before, after) => {
    const text = `using OpenAI.Chat;\n\nChatClient client = ${before};\nChatCompletion completion = client.CompleteChat("Hi");\n`;
    expect(added(text, (await move('csharp', text, 'deepseek', 'deepseek-flash'))!.text)).toEqual(['using System.ClientModel;', 'using OpenAI;', `ChatClient client = ${after};`]);
  });
});

describe('requests written by hand', () => {
  test('curl: address, variable, model, limit, refused parameters', async () => {
    const text = `curl https://api.openai.com/v1/chat/completions \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -d '{
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "Hi"}],
    "max_completion_tokens": 100,
    "store": true
  }'
`;
    const moved = await move('shellscript', text, 'deepseek', 'deepseek-flash');
    expect(moved!.text).toBe(text.replace('https://api.openai.com/v1', 'https://api.deepseek.com').replace('OPENAI_API_KEY', 'DEEPSEEK_API_KEY').replace('gpt-4o', 'deepseek-flash').replace('max_completion_tokens', 'max_tokens').replace(',\n    "store": true', ''));
  });

  test('curl without a key in sight: said so', async () => {
    const moved = await move('shellscript', 'curl https://api.openai.com/v1/chat/completions -d \'{"model": "gpt-4o", "messages": []}\'\n', 'deepseek', 'deepseek-flash');
    expect(moved!.losses).toContain('Authorization by-hand');
  });
});

describe('pitfalls', () => {
  const python = (call: string): string => `from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(${call})\n`;

  test('models that think refuse sampling and want another limit', async () => {
    const moved = await move('python', python('model="gpt-4o", messages=[], temperature=0.2, top_p=1, max_tokens=5'), 'openai', 'gpt-5.4-mini');
    expect(moved!.text).toContain('create(model="gpt-5.4-mini", messages=[], max_completion_tokens=5)');
    expect(moved!.losses).toEqual(['temperature removed', 'top_p removed', 'max_tokens renamed']);
  });

  test('what a compatible interface ignores is kept and named', async () => {
    const moved = await move('python', python('model="gpt-4o", messages=[{"role": "user", "content": "x"}, {"role": "system", "content": "late"}], seed=1, tools=[{"type": "function", "function": {"name": "f", "strict": True}}]'), 'anthropic', 'claude-haiku-4-5');
    expect(moved!.losses).toEqual(expect.arrayContaining(['seed kept', 'strict kept', 'system approximated']));
    expect(moved!.text).toContain('base_url="https://api.anthropic.com/v1/"');
  });

  test('several answers with tools at DashScope', async () => {
    const moved = await move('python', python('model="gpt-4o", messages=[], n=2, tools=[{"type": "function", "function": {"name": "f"}}]'), 'alibaba-dashscope', 'qwen-plus');
    expect(moved!.losses).toContain('n by-hand');
  });
});

describe('gateways', () => {
  const text = 'import os\nfrom openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o", messages=[])\n';

  test('names, keys, headers and fallbacks', async () => {
    expect(added(text, (await move('python', text, 'openrouter', 'openai/gpt-4o', { upstream: 'openai', fallbacks: ['mistralai/mistral-small'] }))!.text)).toEqual(['client = OpenAI(base_url="https://openrouter.ai/api/v1", api_key=os.environ["OPENROUTER_API_KEY"])', 'client.chat.completions.create(model="openai/gpt-4o", messages=[], extra_body={"models": ["mistralai/mistral-small"]})']);
    expect(added(text, (await move('python', text, 'portkey', 'gpt-4o', { upstream: 'openai' }))!.text)[0]).toBe('client = OpenAI(base_url="https://api.portkey.ai/v1", default_headers={"x-portkey-api-key": os.environ["PORTKEY_API_KEY"], "x-portkey-provider": "openai"})');
    const cloudflare = await move('python', text, 'cloudflare', 'openai/gpt-4o', { upstream: 'openai' });
    expect(cloudflare!.text).toContain('base_url="https://gateway.ai.cloudflare.com/v1/" + os.environ["CLOUDFLARE_ACCOUNT_ID"] + "/" + os.environ["CLOUDFLARE_GATEWAY_ID"] + "/compat"');
    expect(cloudflare!.losses).toEqual(['Cloudflare AI kept']);
  });

  test('the names each gateway gives a model', async () => {
    const engine = engineForTests();
    await engine.prepare('python');
    const session = engine.open('python', text);
    const [call] = session.analyze(defaultConfiguration, testDay).calls;
    expect(Object.fromEntries(session.gatewaysFor(call!).map(({ provider, model }) => [provider, model]))).toEqual({ openrouter: 'openai/gpt-4o', litellm: 'openai/gpt-4o', portkey: 'gpt-4o', cloudflare: 'openai/gpt-4o', tokenmix: 'gpt-4o' });
    session.dispose();
  });
});
