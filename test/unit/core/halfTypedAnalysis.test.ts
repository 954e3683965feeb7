/** A file truncated inside a call at every character: neighbours are found, the call as soon as its callee stands. */
import { describe, expect, test } from 'vitest';
import { type LanguageId, defaultConfiguration } from '../../../src/core/model.js';
import { engineForTests, testDay } from '../engineForTests.js';

const python = {
  before: 'from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef first():\n    return client.chat.completions.create(\n        model="gpt-4o",\n        messages=[{"role": "user", "content": "before"}],\n    )\n\n\ndef middle(question):\n    return ',
  call: 'client.chat.completions.create(\n        model="gpt-4.1",\n        messages=[\n            {"role": "system", "content": "You are terse."},\n            {"role": "user", "content": f"Q: {question.strip()}"},\n        ],\n        max_tokens=min(100, 200),\n    )',
  after: '\n\n\ndef last():\n    return client.chat.completions.create(\n        model="gpt-4o-mini",\n        messages=[{"role": "user", "content": "after"}],\n    )\n',
};
const typescript = {
  before: 'import OpenAI from "openai";\n\nconst client = new OpenAI();\n\nexport async function first() {\n  return client.chat.completions.create({\n    model: "gpt-4o",\n    messages: [{ role: "user", content: "before" }],\n  });\n}\n\nexport async function middle(question: string) {\n  return ',
  call: 'client.chat.completions.create({\n    model: "gpt-4.1",\n    messages: [\n      { role: "system", content: "You are terse." },\n      { role: "user", content: `Q: ${question.trim()}` },\n    ],\n    max_tokens: Math.min(100, 200),\n  })',
  after: ';\n}\n\nexport async function last() {\n  return client.chat.completions.create({\n    model: "gpt-4o-mini",\n    messages: [{ role: "user", content: "after" }],\n  });\n}\n',
};
const kotlin = {
  before: 'import com.aallam.openai.api.chat.ChatCompletionRequest\nimport com.aallam.openai.api.model.ModelId\nimport com.aallam.openai.client.OpenAI\n\nval openAI = OpenAI(token = "k")\n\nsuspend fun first() {\n    openAI.chatCompletion(ChatCompletionRequest(model = ModelId("gpt-4o"), messages = listOf()))\n}\n\nsuspend fun middle(question: String) {\n    ',
  call: 'openAI.chatCompletion(\n        ChatCompletionRequest(\n            model = ModelId("gpt-4.1"),\n            maxTokens = 100,\n            messages = listOf(ChatMessage(role = ChatRole.User, content = "Q: $question")),\n        ),\n    )',
  after: '\n}\n\nsuspend fun last() {\n    openAI.chatCompletion(ChatCompletionRequest(model = ModelId("gpt-4o-mini"), messages = listOf()))\n}\n',
};

describe.each<[LanguageId, typeof python]>([['python', python], ['typescript', typescript], ['kotlin', kotlin]])('%s', (language, { before, call, after }) => {
  test('truncated at every character', async () => {
    const engine = engineForTests();
    await engine.prepare(language);
    const missed: string[] = [];
    const calleeEnd = call.indexOf('(') + 1;
    const modelEnd = call.indexOf('gpt-4.1') + 'gpt-4.1"'.length;
    for (let length = 0; length <= call.length; length++) {
      const text = before + call.slice(0, length) + after;
      const session = engine.open(language, text);
      const analysis = session.analyze(defaultConfiguration, testDay);
      session.dispose();
      const models = analysis.calls.map((each) => each.request.model.values[0] ?? '?');
      const where = `${length}: …${JSON.stringify(call.slice(Math.max(0, length - 20), length))} → ${models.join(' ')}`;
      if (models[0] !== 'gpt-4o') missed.push(`before ${where}`);
      if (models.at(-1) !== 'gpt-4o-mini') missed.push(`after ${where}`);
      if (length >= calleeEnd && models.length !== 3) missed.push(`middle ${where}`);
      if (length >= modelEnd && !models.includes('gpt-4.1')) missed.push(`model ${where}`);
      if (length < calleeEnd - 1 && models.length > 2) missed.push(`invented ${where}`);
    }
    expect(missed).toEqual([]);
  });
});
