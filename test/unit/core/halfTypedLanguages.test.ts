/**
 * Half-typed calls in every language: three calls, the middle one cut off at every character. The one before must always
 * be found; how often the others are is measured and has a floor.
 */
import { describe, expect, test } from 'vitest';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';

/** Text before, the call with MODEL in it, text after; the outer calls name `gpt-4o` and `gpt-4o-mini`. */
const languages: readonly (readonly [LanguageId, string, string, string])[] = [
  ['go', 'package main\nimport (\n\t"context"\n\topenai "github.com/sashabaranov/go-openai"\n)\n\nvar client = openai.NewClient("k")\n\nfunc first(ctx context.Context) {\n\tclient.CreateChatCompletion(ctx, openai.ChatCompletionRequest{Model: "gpt-4o"})\n}\n\nfunc middle(ctx context.Context, q string) {\n\t', 'client.CreateChatCompletion(ctx, openai.ChatCompletionRequest{\n\t\tModel: "gpt-4.1",\n\t\tMessages: []openai.ChatCompletionMessage{{Role: "user", Content: q}},\n\t})', '\n}\n\nfunc last(ctx context.Context) {\n\tclient.CreateChatCompletion(ctx, openai.ChatCompletionRequest{Model: "gpt-4o-mini"})\n}\n'],
  ['java', 'import com.openai.client.okhttp.OpenAIOkHttpClient;\nimport com.openai.models.chat.completions.ChatCompletionCreateParams;\n\nclass A {\n  com.openai.client.OpenAIClient client = OpenAIOkHttpClient.fromEnv();\n\n  Object first() {\n    return client.chat().completions().create(ChatCompletionCreateParams.builder().model("gpt-4o").build());\n  }\n\n  Object middle(String q) {\n    return ', 'client.chat().completions().create(ChatCompletionCreateParams.builder().model("gpt-4.1").addUserMessage(q).build())', ';\n  }\n\n  Object last() {\n    return client.chat().completions().create(ChatCompletionCreateParams.builder().model("gpt-4o-mini").build());\n  }\n}\n'],
  ['csharp', 'using OpenAI.Chat;\n\nclass A\n{\n    object First() => new ChatClient("gpt-4o", "k").CompleteChat("a");\n\n    object Middle(string q)\n    {\n        return ', 'new ChatClient("gpt-4.1", "k").CompleteChat(\n            new SystemChatMessage("Be brief."),\n            new UserChatMessage($"Q: {q}"))', ';\n    }\n\n    object Last() => new ChatClient("gpt-4o-mini", "k").CompleteChat("b");\n}\n'],
  ['php', "<?php\n$client = OpenAI::client('k');\n\nfunction first($client) {\n  return $client->chat()->create(['model' => 'gpt-4o', 'messages' => []]);\n}\n\nfunction middle($client, $q) {\n  return ", "$client->chat()->create([\n    'model' => 'gpt-4.1',\n    'messages' => [['role' => 'user', 'content' => $q]],\n  ])", ";\n}\n\nfunction last($client) {\n  return $client->chat()->create(['model' => 'gpt-4o-mini', 'messages' => []]);\n}\n"],
  ['ruby', 'require "openai"\n\nCLIENT = OpenAI::Client.new\n\ndef first\n  CLIENT.chat(parameters: { model: "gpt-4o", messages: [] })\nend\n\ndef middle(q)\n  ', 'CLIENT.chat(\n    parameters: {\n      model: "gpt-4.1",\n      messages: [{ role: "user", content: "Q: #{q}" }]\n    }\n  )', '\nend\n\ndef last\n  CLIENT.chat(parameters: { model: "gpt-4o-mini", messages: [] })\nend\n'],
  ['rust', 'use async_openai::{Client, types::CreateChatCompletionRequestArgs};\n\nasync fn first(client: Client) {\n    client.chat().create(CreateChatCompletionRequestArgs::default().model("gpt-4o").build().unwrap()).await;\n}\n\nasync fn middle(client: Client) {\n    ', 'client.chat().create(CreateChatCompletionRequestArgs::default().model("gpt-4.1").max_tokens(100u32).build().unwrap())', '.await;\n}\n\nasync fn last(client: Client) {\n    client.chat().create(CreateChatCompletionRequestArgs::default().model("gpt-4o-mini").build().unwrap()).await;\n}\n'],
  ['shellscript', '#!/bin/sh\ncurl https://api.openai.com/v1/chat/completions -d \'{"model": "gpt-4o", "messages": []}\'\n\n', 'curl https://api.openai.com/v1/chat/completions -H "Authorization: Bearer $KEY" -d \'{"model": "gpt-4.1", "messages": []}\'', '\n\ncurl https://api.openai.com/v1/chat/completions -d \'{"model": "gpt-4o-mini", "messages": []}\'\n'],
  ['powershell', '$a = @{ model = "gpt-4o"; messages = @() } | ConvertTo-Json\nInvoke-RestMethod -Uri "https://api.openai.com/v1/chat/completions" -Method Post -Body $a\n\n', 'Invoke-RestMethod -Uri "https://api.openai.com/v1/chat/completions" -Method Post -Body (@{ model = "gpt-4.1"; messages = @() } | ConvertTo-Json)', '\n\n$c = @{ model = "gpt-4o-mini"; messages = @() } | ConvertTo-Json\nInvoke-RestMethod -Uri "https://api.openai.com/v1/chat/completions" -Method Post -Body $c\n'],
  ['shellscript', '#!/bin/sh\n# It\'s first.\ncurl https://api.openai.com/v1/chat/completions -d \'{"model": "gpt-4o", "messages": []}\'\n\n', 'curl https://api.openai.com/v1/chat/completions \\\n  -H "Authorization: Bearer $KEY" \\\n  -d \'{\n    "model": "gpt-4.1",\n    "messages": [\n      {"role": "user", "content": "Hi"}\n    ]\n  }\'', '\n\ncurl https://api.openai.com/v1/chat/completions -d \'{"model": "gpt-4o-mini", "messages": []}\'\n'],
  ['http', 'POST https://api.openai.com/v1/chat/completions\nContent-Type: application/json\n\n{"model": "gpt-4o", "messages": []}\n\n###\n', 'POST https://api.openai.com/v1/chat/completions\nContent-Type: application/json\n\n{"model": "gpt-4.1", "messages": []}', '\n\n###\nPOST https://api.openai.com/v1/chat/completions\nContent-Type: application/json\n\n{"model": "gpt-4o-mini", "messages": []}\n'],
];

describe.each(languages)('%s', (language, before, call, after) => {
  test('cut off at every character', async () => {
    const engine = engineForTests();
    await engine.prepare(language);
    const modelsOf = (text: string): readonly string[] => {
      const session = engine.open(language, text);
      const { calls } = session.analyze(defaultConfiguration, testDay);
      session.dispose();
      return calls.flatMap((each) => each.request.model.values);
    };
    expect([...new Set(modelsOf(before + call + after))]).toEqual(['gpt-4o', 'gpt-4.1', 'gpt-4o-mini']);
    // From here on both callee and model stand.
    const named = Math.max(call.indexOf('gpt-4.1') + 'gpt-4.1'.length + 1, call.indexOf('CompleteChat(') + 'CompleteChat('.length);
    const found = { before: 0, middle: 0, after: 0, all: 0, named: 0 };
    for (let length = 0; length <= call.length; length++) {
      const models = modelsOf(before + call.slice(0, length) + after);
      found.all++;
      if (models.includes('gpt-4o')) found.before++;
      if (models.includes('gpt-4o-mini')) found.after++;
      if (length < named) continue;
      found.named++;
      if (models.includes('gpt-4.1')) found.middle++;
    }
    console.log(`half-typed ${language}: before ${found.before}/${found.all}, the call itself ${found.middle}/${found.named}, after ${found.after}/${found.all}`);
    expect(found.before).toBe(found.all);
    expect(found.middle / found.named).toBeGreaterThanOrEqual(0.9);
    expect(found.after / found.all).toBeGreaterThanOrEqual(0.95);
  });
});
