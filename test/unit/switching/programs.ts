/** The same small programs in each SDK's own words, JavaScript and Python. Each prints what it gets. */

export type Feature = 'conversation' | 'stream' | 'tools' | 'image' | 'json';
export const features: readonly Feature[] = ['conversation', 'stream', 'tools', 'image', 'json'];

const schema = '{ type: "object", properties: { heard: { type: "string" } }, required: ["heard"], additionalProperties: false }';
const weather = '{ type: "object", properties: { city: { type: "string" } }, required: ["city"] }';
const turns = '[\n    { role: "user", content: "Where is Lyon?" },\n    { role: "assistant", content: "In France." },\n    { role: "user", content: question },\n  ]';
const chatTurns = turns.replace('[\n', '[\n    { role: "system", content: "Be brief." },\n');

function chatLike(create: string, options: { readonly client: string; readonly camel?: boolean; readonly stream: string; readonly streamArgument: string; readonly chunk: string; readonly model: string; readonly limit: string }): Record<Feature, string> {
  const { client, model } = options;
  const [calls, choice, id] = options.camel ? ['toolCalls', 'toolChoice', 'toolCallId'] : ['tool_calls', 'tool_choice', 'tool_call_id'];
  const [format, schemaName, inner, url] = options.camel ? ['responseFormat', 'jsonSchema', 'schemaDefinition', 'imageUrl'] : ['response_format', 'json_schema', 'schema', 'image_url'];
  return {
    conversation: `${client}
const question = "And Nice?";
const response = await ${create}({
  model: "${model}", // the usual one
  messages: ${chatTurns},
  ${options.limit}: 100,
  temperature: 0.2,
  stop: "END",
});
console.log(response.choices[0].message.content);
console.log(response.usage.${options.camel ? 'promptTokens' : 'prompt_tokens'}, response.usage.${options.camel ? 'completionTokens' : 'completion_tokens'});
if (response.choices[0].${options.camel ? 'finishReason' : 'finish_reason'} === "stop") console.log("done");
`,
    stream: `${client}
const stream = await ${options.stream}({
  model: "${model}",
  messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Count." }],${options.streamArgument}
});
let text = "";
for await (const ${options.chunk === 'event' ? 'event' : 'chunk'} of stream) {
  text += ${options.chunk === 'event' ? 'event.data' : 'chunk'}.choices[0]?.delta?.content || "";
}
console.log(text);
`,
    tools: `${client}
const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather in Paris?" },
];
const tools = [{ type: "function", function: { name: "weather", description: "Weather of a city", parameters: ${weather} } }];
const response = await ${create}({ model: "${model}", messages, tools, ${choice}: "auto" });
const message = response.choices[0].message;
for (const call of message.${calls} ?? []) {
  const input = JSON.parse(call.function.arguments);
  console.log(call.function.name, input.city, call.id);
}
const next = await ${create}({
  model: "${model}",
  messages: [
    { role: "user", content: "Weather in Paris?" },
    { role: "assistant", ${calls}: [{ id: "call_1", type: "function", function: { name: "weather", arguments: JSON.stringify({ city: "Paris" }) } }] },
    { role: "tool", ${id}: "call_1", name: "weather", content: "sunny" },
  ],
  tools,
});
console.log(next.choices[0].message.content);
`.replace(', name: "weather", content', options.camel ? ', name: "weather", content' : ', content'),
    image: `${client}
const data = "aGk=";
const response = await ${create}({
  model: "${model}",
  messages: [{ role: "user", content: [{ type: "text", text: "What is it?" }, { type: "image_url", ${url}: { url: \`data:image/png;base64,\${data}\` } }] }],
});
console.log(response.choices[0].message.content);
`,
    json: `${client}
const response = await ${create}({
  model: "${model}",
  messages: [{ role: "user", content: "As JSON, please." }],
  ${format}: { type: "json_schema", ${schemaName}: { name: "answer", ${inner}: ${schema} } },
});
console.log(JSON.parse(response.choices[0].message.content).heard);
`,
  };
}

const openaiClient = 'import OpenAI from "openai";\n\nconst client = new OpenAI({ maxRetries: 0 });';

/** Programs by SDK and feature, in JavaScript. */
export const javascriptPrograms: Readonly<Record<string, Record<Feature, string>>> = {
  openai: chatLike('client.chat.completions.create', { client: openaiClient, stream: 'client.chat.completions.create', streamArgument: '\n  stream: true,', chunk: 'chunk', model: 'gpt-4.1-mini', limit: 'max_completion_tokens' }),
  mistral: chatLike('client.chat.complete', { client: 'import { Mistral } from "@mistralai/mistralai";\n\nconst client = new Mistral({ apiKey: process.env.MISTRAL_API_KEY });', camel: true, stream: 'client.chat.stream', streamArgument: '', chunk: 'event', model: 'mistral-small-latest', limit: 'maxTokens' }),
  'openai-responses': {
    conversation: `${openaiClient}
const question = "And Nice?";
const response = await client.responses.create({
  model: "gpt-4.1-mini", // the usual one
  instructions: "Be brief.",
  input: ${turns},
  max_output_tokens: 100,
  temperature: 0.2,
  store: false,
});
console.log(response.output_text);
console.log(response.usage.input_tokens, response.usage.output_tokens);
if (response.status === "completed") console.log("done");
`,
    stream: `${openaiClient}
const stream = await client.responses.create({
  model: "gpt-4.1-mini",
  instructions: "Be brief.",
  input: "Count.",
  stream: true,
});
let text = "";
for await (const event of stream) {
  if (event.type === "response.output_text.delta") {
    text += event.delta;
  }
}
console.log(text);
`,
    tools: `${openaiClient}
const tools = [{ type: "function", name: "weather", description: "Weather of a city", parameters: ${weather}, strict: false }];
const response = await client.responses.create({ model: "gpt-4.1-mini", instructions: "Be brief.", input: "Weather in Paris?", tools, tool_choice: "auto" });
console.log(response.id.length > 0);
const next = await client.responses.create({
  model: "gpt-4.1-mini",
  input: [
    { role: "user", content: "Weather in Paris?" },
    { type: "function_call", call_id: "call_1", name: "weather", arguments: "{}" },
    { type: "function_call_output", call_id: "call_1", output: "sunny" },
  ],
  tools,
});
console.log(next.output_text);
`,
    image: `${openaiClient}
const data = "aGk=";
const response = await client.responses.create({
  model: "gpt-4.1-mini",
  input: [{ role: "user", content: [{ type: "input_text", text: "What is it?" }, { type: "input_image", image_url: \`data:image/png;base64,\${data}\` }] }],
});
console.log(response.output_text);
`,
    json: `${openaiClient}
const response = await client.responses.create({
  model: "gpt-4.1-mini",
  input: "As JSON, please.",
  text: { format: { type: "json_schema", name: "answer", schema: ${schema} } },
});
console.log(JSON.parse(response.output_text).heard);
`,
  },
  anthropic: (() => {
    const client = 'import Anthropic from "@anthropic-ai/sdk";\n\nconst client = new Anthropic({ maxRetries: 0 });';
    return {
      conversation: `${client}
const question = "And Nice?";
const response = await client.messages.create({
  model: "claude-haiku-4-5", // the usual one
  max_tokens: 100,
  system: "Be brief.",
  messages: ${turns},
  temperature: 0.2,
  stop_sequences: ["END"],
});
console.log(response.content[0].text);
console.log(response.usage.input_tokens, response.usage.output_tokens);
if (response.stop_reason === "end_turn") console.log("done");
`,
      stream: `${client}
const stream = await client.messages.create({
  model: "claude-haiku-4-5",
  max_tokens: 100,
  system: "Be brief.",
  messages: [{ role: "user", content: "Count." }],
  stream: true,
});
let text = "";
for await (const event of stream) {
  if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
    text += event.delta.text;
  }
}
console.log(text);
`,
      tools: `${client}
const tools = [{ name: "weather", description: "Weather of a city", input_schema: ${weather} }];
const response = await client.messages.create({ model: "claude-haiku-4-5", max_tokens: 100, system: "Be brief.", messages: [{ role: "user", content: "Weather in Paris?" }], tools, tool_choice: { type: "auto" } });
console.log(response.id.length > 0);
const next = await client.messages.create({
  model: "claude-haiku-4-5",
  max_tokens: 100,
  messages: [
    { role: "user", content: "Weather in Paris?" },
    { role: "assistant", content: [{ type: "tool_use", id: "call_1", name: "weather", input: { city: "Paris" } }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: "sunny" }] },
  ],
  tools,
});
console.log(next.content[0].text);
`,
      image: `${client}
const data = "aGk=";
const response = await client.messages.create({
  model: "claude-haiku-4-5",
  max_tokens: 100,
  messages: [{ role: "user", content: [{ type: "text", text: "What is it?" }, { type: "image", source: { type: "base64", media_type: "image/png", data } }] }],
});
console.log(response.content[0].text);
`,
      json: `${client}
const response = await client.messages.create({
  model: "claude-haiku-4-5",
  max_tokens: 100,
  messages: [{ role: "user", content: "As JSON, please." }],
  output_config: { format: { type: "json_schema", schema: ${schema} } },
});
console.log(JSON.parse(response.content[0].text).heard);
`,
    };
  })(),
  'google-genai': (() => {
    const client = 'import { GoogleGenAI } from "@google/genai";\n\nconst client = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });';
    const contents = '[\n    { role: "user", parts: [{ text: "Where is Lyon?" }] },\n    { role: "model", parts: [{ text: "In France." }] },\n    { role: "user", parts: [{ text: question }] },\n  ]';
    return {
      conversation: `${client}
const question = "And Nice?";
const response = await client.models.generateContent({
  model: "gemini-2.5-flash", // the usual one
  contents: ${contents},
  config: {
    systemInstruction: "Be brief.",
    maxOutputTokens: 100,
    temperature: 0.2,
    stopSequences: ["END"],
  },
});
console.log(response.text);
console.log(response.usageMetadata.promptTokenCount, response.usageMetadata.candidatesTokenCount);
if (response.candidates[0].finishReason === "STOP") console.log("done");
`,
      stream: `${client}
const stream = await client.models.generateContentStream({
  model: "gemini-2.5-flash",
  contents: "Count.",
  config: { systemInstruction: "Be brief." },
});
let text = "";
for await (const chunk of stream) {
  text += chunk.text ?? "";
}
console.log(text);
`,
      tools: `${client}
const tools = [{ functionDeclarations: [{ name: "weather", description: "Weather of a city", parametersJsonSchema: ${weather} }] }];
const response = await client.models.generateContent({ model: "gemini-2.5-flash", contents: "Weather in Paris?", config: { systemInstruction: "Be brief.", tools: [{ functionDeclarations: [{ name: "weather", description: "Weather of a city", parametersJsonSchema: ${weather} }] }] } });
for (const call of response.functionCalls ?? []) {
  console.log(call.name, call.args.city);
}
`.replace(/const tools = .*\n/, ''),
      image: `${client}
const data = "aGk=";
const response = await client.models.generateContent({
  model: "gemini-2.5-flash",
  contents: [{ role: "user", parts: [{ text: "What is it?" }, { inlineData: { mimeType: "image/png", data } }] }],
});
console.log(response.text);
`,
      json: `${client}
const response = await client.models.generateContent({
  model: "gemini-2.5-flash",
  contents: "As JSON, please.",
  config: { responseMimeType: "application/json", responseJsonSchema: ${schema} },
});
console.log(JSON.parse(response.text).heard);
`,
    };
  })(),
  'vercel-ai': {
    conversation: `import { generateText } from "ai";
import { openai } from "@ai-sdk/openai";

const question = "And Nice?";
const response = await generateText({
  model: openai("gpt-4.1-mini"), // the usual one
  system: "Be brief.",
  messages: ${turns},
  maxOutputTokens: 100,
  temperature: 0.2,
  maxRetries: 0,
});
console.log(response.text);
console.log(response.usage.inputTokens, response.usage.outputTokens);
if (response.finishReason === "stop") console.log("done");
`,
    stream: `import { streamText } from "ai";
import { openai } from "@ai-sdk/openai";

const result = streamText({
  model: openai("gpt-4.1-mini"),
  system: "Be brief.",
  prompt: "Count.",
  maxRetries: 0,
});
let text = "";
for await (const piece of result.textStream) {
  text += piece;
}
console.log(text);
`,
    tools: `import { generateText, jsonSchema, tool } from "ai";
import { openai } from "@ai-sdk/openai";

const response = await generateText({
  model: openai("gpt-4.1-mini"),
  system: "Be brief.",
  prompt: "Weather in Paris?",
  tools: { weather: tool({ description: "Weather of a city", inputSchema: jsonSchema(${weather}) }) },
  toolChoice: "auto",
});
for (const call of response.toolCalls) {
  console.log(call.toolName, call.input.city, call.toolCallId);
}
`,
    image: `import { generateText } from "ai";
import { openai } from "@ai-sdk/openai";

const data = "aGk=";
const response = await generateText({
  model: openai("gpt-4.1-mini"),
  messages: [{ role: "user", content: [{ type: "text", text: "What is it?" }, { type: "image", image: \`data:image/png;base64,\${data}\` }] }],
});
console.log(response.text);
`,
    json: `import { generateText, jsonSchema, Output } from "ai";
import { openai } from "@ai-sdk/openai";

const response = await generateText({
  model: openai("gpt-4.1-mini"),
  prompt: "As JSON, please.",
  output: Output.object({ schema: jsonSchema(${schema}) }),
});
console.log(JSON.parse(response.text).heard);
`,
  },
};

/** Where each SDK is taken in tests: provider, endpoint, model. */
export const destinations: Readonly<Record<string, readonly { readonly provider: string; readonly model: string }[]>> = {
  openai: [{ provider: 'openai', model: 'gpt-4.1-mini' }, { provider: 'deepseek', model: 'deepseek-flash' }],
  'openai-responses': [{ provider: 'openai', model: 'gpt-4.1-mini' }], anthropic: [{ provider: 'anthropic', model: 'claude-haiku-4-5' }], 'google-genai': [{ provider: 'google-gemini', model: 'gemini-2.5-flash' }],
  mistral: [{ provider: 'mistral', model: 'mistral-small-latest' }], 'vercel-ai': [{ provider: 'openai', model: 'gpt-4.1-mini' }, { provider: 'anthropic', model: 'claude-haiku-4-5' }], dashscope: [{ provider: 'alibaba-dashscope', model: 'qwen-plus' }], litellm: [{ provider: 'deepseek', model: 'deepseek-flash' }],
};
