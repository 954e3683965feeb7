/** How results of the SDKs are read: answers, streams, tools that are asked for. */
import type { ResultForm } from '../core/rewrite.js';

type Form = ResultForm;
type Writes = Form['writes'];

const chatEnds = { done: 'stop', length: 'length', tools: 'tool_calls', filter: 'content_filter' } as const;
const anthropicEnds = { done: 'end_turn', length: 'max_tokens', tools: 'tool_use', filter: 'refusal' } as const;
const responsesEnds = { done: 'completed', length: 'incomplete' } as const;
const googleEnds = { done: 'STOP', length: 'MAX_TOKENS', filter: 'SAFETY' } as const;
const vercelEnds = { done: 'stop', length: 'length', tools: 'tool-calls', filter: 'content-filter' } as const;

const chatCall = { id: '.id', name: '.function.name', input: '.function.arguments', isJson: true } as const;

const chatReads: Form['reads'] = {
  text: ['.choices[0].message.content'], message: ['.choices[0].message'], toolCalls: ['.choices[0].message.tool_calls'], finish: ['.choices[0].finish_reason'], refusal: ['.choices[0].message.refusal'],
  reasoning: ['.choices[0].message.reasoning_content'], usage: ['.usage'], inputTokens: ['.usage.prompt_tokens'], outputTokens: ['.usage.completion_tokens'], totalTokens: ['.usage.total_tokens'], id: ['.id'], model: ['.model'], choices: ['.choices'],
  delta: ['.choices[0].delta.content'], hasDelta: ['.choices', '.choices[0]', '.choices[0].delta', '.choices.length'], deltaFinish: ['.choices[0].finish_reason'], deltaReasoning: ['.choices[0].delta.reasoning_content'], toolDelta: ['.choices[0].delta.tool_calls'],
  deltaUsage: ['.usage'], deltaInputTokens: ['.usage.prompt_tokens'], deltaOutputTokens: ['.usage.completion_tokens'],
};

const chatWrites = (isPython: boolean): Writes => ({
  text: (r) => `${r}.choices[0].message.content`, message: (r) => `${r}.choices[0].message`, finish: (r) => `${r}.choices[0].finish_reason`, refusal: (r) => `${r}.choices[0].message.refusal`,
  toolCalls: (r) => (isPython ? `(${r}.choices[0].message.tool_calls or [])` : `(${r}.choices[0].message.tool_calls ?? []).filter((call) => call.type === "function")`),
  usage: (r) => `${r}.usage`, inputTokens: (r) => (isPython ? `${r}.usage.prompt_tokens` : `(${r}.usage?.prompt_tokens ?? 0)`), outputTokens: (r) => (isPython ? `${r}.usage.completion_tokens` : `(${r}.usage?.completion_tokens ?? 0)`),
  totalTokens: (r) => (isPython ? `${r}.usage.total_tokens` : `(${r}.usage?.total_tokens ?? 0)`), id: (r) => `${r}.id`, model: (r) => `${r}.model`,
  delta: (c) => (isPython ? `((${c}.choices[0].delta.content or "") if ${c}.choices else "")` : `(${c}.choices[0]?.delta?.content ?? "")`),
  hasDelta: (c) => (isPython ? `(bool(${c}.choices) and ${c}.choices[0].delta.content is not None)` : `(${c}.choices[0]?.delta?.content != null)`),
  deltaFinish: (c) => (isPython ? `(${c}.choices[0].finish_reason if ${c}.choices else None)` : `(${c}.choices[0]?.finish_reason ?? null)`),
  deltaUsage: (c) => `${c}.usage`, deltaInputTokens: (c) => (isPython ? `${c}.usage.prompt_tokens` : `(${c}.usage?.prompt_tokens ?? 0)`), deltaOutputTokens: (c) => (isPython ? `${c}.usage.completion_tokens` : `(${c}.usage?.completion_tokens ?? 0)`),
});

export const chatResults = { python: { reads: chatReads, writes: chatWrites(true), call: chatCall, ends: chatEnds, isManager: true } satisfies Form, javascript: { reads: chatReads, writes: chatWrites(false), call: chatCall, ends: chatEnds, isManager: false } satisfies Form };

const mapped = (reads: Form['reads'], change: (path: string) => string): Form['reads'] => Object.fromEntries(Object.entries(reads).map(([field, paths]) => [field, paths.map(change)]));
const streamFields = new Set(['delta', 'hasDelta', 'deltaFinish', 'deltaReasoning', 'toolDelta', 'deltaUsage', 'deltaInputTokens', 'deltaOutputTokens']);
const underData = (reads: Form['reads']): Form['reads'] => Object.fromEntries(Object.entries(reads).map(([field, paths]) => [field, streamFields.has(field) ? paths.map((path) => `.data${path}`) : paths]));

const camelPath = (path: string): string => path.replaceAll('tool_calls', 'toolCalls').replaceAll('finish_reason', 'finishReason').replaceAll('prompt_tokens', 'promptTokens').replaceAll('completion_tokens', 'completionTokens').replaceAll('total_tokens', 'totalTokens');

/** Mistral's: as Chat Completions, with each event of a stream under `data`. */
export const mistralResults = {
  python: {
    reads: underData(chatReads), call: chatCall, ends: chatEnds, isManager: true,
    writes: {
      ...chatWrites(true), delta: (c) => `((${c}.data.choices[0].delta.content or "") if ${c}.data.choices else "")`, hasDelta: (c) => `(bool(${c}.data.choices) and ${c}.data.choices[0].delta.content is not None)`,
      deltaFinish: (c) => `(${c}.data.choices[0].finish_reason if ${c}.data.choices else None)`, deltaUsage: (c) => `${c}.data.usage`, deltaInputTokens: (c) => `${c}.data.usage.prompt_tokens`, deltaOutputTokens: (c) => `${c}.data.usage.completion_tokens`,
    },
  } satisfies Form,
  javascript: {
    reads: underData(mapped(chatReads, camelPath)), call: { id: '.id', name: '.function.name', input: '.function.arguments', isJson: true }, ends: chatEnds, isManager: false,
    writes: {
      text: (r) => `String(${r}.choices[0]?.message?.content ?? "")`, message: (r) => `${r}.choices[0].message`, finish: (r) => `${r}.choices[0].finishReason`, toolCalls: (r) => `(${r}.choices[0].message?.toolCalls ?? [])`,
      usage: (r) => `${r}.usage`, inputTokens: (r) => `(${r}.usage.promptTokens ?? 0)`, outputTokens: (r) => `(${r}.usage.completionTokens ?? 0)`, totalTokens: (r) => `(${r}.usage.totalTokens ?? 0)`, id: (r) => `${r}.id`, model: (r) => `${r}.model`,
      delta: (c) => `String(${c}.data.choices[0]?.delta?.content ?? "")`, hasDelta: (c) => `(${c}.data.choices[0]?.delta?.content != null)`, deltaFinish: (c) => `(${c}.data.choices[0]?.finishReason ?? null)`,
      deltaUsage: (c) => `${c}.data.usage`, deltaInputTokens: (c) => `(${c}.data.usage?.promptTokens ?? 0)`, deltaOutputTokens: (c) => `(${c}.data.usage?.completionTokens ?? 0)`,
    },
  } satisfies Form,
};

const responsesCall = { id: '.call_id', name: '.name', input: '.arguments', isJson: true } as const;
const responsesReads: Form['reads'] = {
  text: ['.output_text', '.output[0].content[0].text'], usage: ['.usage'], inputTokens: ['.usage.input_tokens'], outputTokens: ['.usage.output_tokens'], totalTokens: ['.usage.total_tokens'], id: ['.id'], model: ['.model'], finish: ['.status'],
  delta: ['.delta'], deltaFinish: ['.response.status'], deltaInputTokens: ['.response.usage.input_tokens'], deltaOutputTokens: ['.response.usage.output_tokens'], deltaUsage: ['.response.usage'],
};
const responsesTests: Form['tests'] = { '.type': { 'response.output_text.delta': 'hasDelta', 'response.completed': 'deltaUsage' } };
const completed = (c: string, isPython: boolean, path: string, otherwise: string): string => (isPython ? `(${c}.response${path} if ${c}.type == "response.completed" else ${otherwise})` : `(${c}.type === "response.completed" ? ${c}.response${path} : ${otherwise})`);
const responsesWrites = (isPython: boolean): Writes => ({
  text: (r) => `${r}.output_text`, finish: (r) => `${r}.status`, usage: (r) => `${r}.usage`, id: (r) => `${r}.id`, model: (r) => `${r}.model`,
  toolCalls: (r) => (isPython ? `[item for item in ${r}.output if item.type == "function_call"]` : `${r}.output.filter((item) => item.type === "function_call")`),
  inputTokens: (r) => (isPython ? `${r}.usage.input_tokens` : `(${r}.usage?.input_tokens ?? 0)`), outputTokens: (r) => (isPython ? `${r}.usage.output_tokens` : `(${r}.usage?.output_tokens ?? 0)`), totalTokens: (r) => (isPython ? `${r}.usage.total_tokens` : `(${r}.usage?.total_tokens ?? 0)`),
  delta: (c) => (isPython ? `(${c}.delta if ${c}.type == "response.output_text.delta" else "")` : `(${c}.type === "response.output_text.delta" ? ${c}.delta : "")`),
  hasDelta: (c) => (isPython ? `(${c}.type == "response.output_text.delta")` : `(${c}.type === "response.output_text.delta")`),
  deltaFinish: (c) => completed(c, isPython, '.status', isPython ? 'None' : 'null'), deltaUsage: (c) => completed(c, isPython, '.usage', isPython ? 'None' : 'null'),
  deltaInputTokens: (c) => completed(c, isPython, isPython ? '.usage.input_tokens' : '.usage?.input_tokens ?? 0', '0'), deltaOutputTokens: (c) => completed(c, isPython, isPython ? '.usage.output_tokens' : '.usage?.output_tokens ?? 0', '0'),
});
export const responsesResults = { python: { reads: responsesReads, writes: responsesWrites(true), call: responsesCall, ends: responsesEnds, tests: responsesTests, isManager: true } satisfies Form, javascript: { reads: responsesReads, writes: responsesWrites(false), call: responsesCall, ends: responsesEnds, tests: responsesTests, isManager: false } satisfies Form };

const anthropicCall = { id: '.id', name: '.name', input: '.input', isJson: false } as const;
const anthropicReads: Form['reads'] = {
  text: ['.content[0].text'], finish: ['.stop_reason'], usage: ['.usage'], inputTokens: ['.usage.input_tokens'], outputTokens: ['.usage.output_tokens'], id: ['.id'], model: ['.model'],
  delta: ['.delta.text'], deltaFinish: ['.delta.stop_reason'], deltaUsage: ['.usage'], deltaOutputTokens: ['.usage.output_tokens'], deltaInputTokens: ['.message.usage.input_tokens'],
};
const anthropicTests: Form['tests'] = { '.type': { content_block_delta: 'hasDelta', message_delta: 'deltaFinish' }, '.delta.type': { text_delta: 'hasDelta' } };
const pick = (isPython: boolean, test: string, yes: string, no: string): string => (isPython ? `(${yes} if ${test} else ${no})` : `(${test} ? ${yes} : ${no})`);
const anthropicWrites = (isPython: boolean): Writes => {
  const is = (left: string, right: string): string => (isPython ? `${left} == "${right}"` : `${left} === "${right}"`);
  const nothing = isPython ? 'None' : 'null';
  const isText = (c: string): string => `${is(`${c}.type`, 'content_block_delta')} ${isPython ? 'and' : '&&'} ${is(`${c}.delta.type`, 'text_delta')}`;
  return {
    text: (r) => (isPython ? `"".join(block.text for block in ${r}.content if block.type == "text")` : `${r}.content.map((block) => (block.type === "text" ? block.text : "")).join("")`),
    finish: (r) => `${r}.stop_reason`, usage: (r) => `${r}.usage`, inputTokens: (r) => `${r}.usage.input_tokens`, outputTokens: (r) => `${r}.usage.output_tokens`,
    totalTokens: (r) => `(${r}.usage.input_tokens + ${r}.usage.output_tokens)`, id: (r) => `${r}.id`, model: (r) => `${r}.model`,
    message: (r) => (isPython ? `{"role": "assistant", "content": ${r}.content}` : `{ role: "assistant", content: ${r}.content }`),
    toolCalls: (r) => (isPython ? `[block for block in ${r}.content if block.type == "tool_use"]` : `${r}.content.filter((block) => block.type === "tool_use")`),
    delta: (c) => pick(isPython, isText(c), `${c}.delta.text`, '""'), hasDelta: (c) => `(${isText(c)})`, deltaFinish: (c) => pick(isPython, is(`${c}.type`, 'message_delta'), `${c}.delta.stop_reason`, nothing),
    deltaUsage: (c) => pick(isPython, is(`${c}.type`, 'message_delta'), `${c}.usage`, nothing),
    deltaInputTokens: (c) => pick(isPython, is(`${c}.type`, 'message_delta'), isPython ? `(${c}.usage.input_tokens or 0)` : `(${c}.usage.input_tokens ?? 0)`, '0'), deltaOutputTokens: (c) => pick(isPython, is(`${c}.type`, 'message_delta'), `${c}.usage.output_tokens`, '0'),
  };
};
export const anthropicResults = {
  python: { reads: anthropicReads, writes: anthropicWrites(true), call: anthropicCall, ends: anthropicEnds, tests: anthropicTests, textIterables: ['.text_stream'], isManager: true } satisfies Form,
  javascript: { reads: anthropicReads, writes: anthropicWrites(false), call: anthropicCall, ends: anthropicEnds, tests: anthropicTests, isManager: false } satisfies Form,
};

export const googleResults = {
  python: {
    reads: { text: ['.text', '.candidates[0].content.parts[0].text'], finish: ['.candidates[0].finish_reason'], toolCalls: ['.function_calls'], message: ['.candidates[0].content'], usage: ['.usage_metadata'], inputTokens: ['.usage_metadata.prompt_token_count'], outputTokens: ['.usage_metadata.candidates_token_count'], totalTokens: ['.usage_metadata.total_token_count'], id: ['.response_id'], model: ['.model_version'], delta: ['.text'], deltaUsage: ['.usage_metadata'], deltaInputTokens: ['.usage_metadata.prompt_token_count'], deltaOutputTokens: ['.usage_metadata.candidates_token_count'] },
    writes: {
      text: (r) => `${r}.text`, finish: (r) => `${r}.candidates[0].finish_reason`, toolCalls: (r) => `(${r}.function_calls or [])`, message: (r) => `${r}.candidates[0].content`, usage: (r) => `${r}.usage_metadata`, inputTokens: (r) => `${r}.usage_metadata.prompt_token_count`, outputTokens: (r) => `${r}.usage_metadata.candidates_token_count`, totalTokens: (r) => `${r}.usage_metadata.total_token_count`,
      id: (r) => `${r}.response_id`, model: (r) => `${r}.model_version`, delta: (c) => `(${c}.text or "")`, hasDelta: (c) => `(${c}.text is not None)`, deltaFinish: (c) => `(${c}.candidates[0].finish_reason if ${c}.candidates else None)`, deltaUsage: (c) => `${c}.usage_metadata`, deltaInputTokens: (c) => `${c}.usage_metadata.prompt_token_count`, deltaOutputTokens: (c) => `${c}.usage_metadata.candidates_token_count`,
    },
    call: { id: '.id', name: '.name', input: '.args', isJson: false }, ends: googleEnds, isManager: false,
  } satisfies Form,
  javascript: {
    reads: { text: ['.text', '.candidates[0].content.parts[0].text'], finish: ['.candidates[0].finishReason'], toolCalls: ['.functionCalls'], message: ['.candidates[0].content'], usage: ['.usageMetadata'], inputTokens: ['.usageMetadata.promptTokenCount'], outputTokens: ['.usageMetadata.candidatesTokenCount'], totalTokens: ['.usageMetadata.totalTokenCount'], id: ['.responseId'], model: ['.modelVersion'], delta: ['.text'], deltaUsage: ['.usageMetadata'], deltaInputTokens: ['.usageMetadata.promptTokenCount'], deltaOutputTokens: ['.usageMetadata.candidatesTokenCount'] },
    writes: {
      text: (r) => `(${r}.text ?? "")`, finish: (r) => `${r}.candidates?.[0]?.finishReason`, toolCalls: (r) => `(${r}.functionCalls ?? [])`, message: (r) => `${r}.candidates?.[0]?.content`, usage: (r) => `${r}.usageMetadata`, inputTokens: (r) => `(${r}.usageMetadata?.promptTokenCount ?? 0)`, outputTokens: (r) => `(${r}.usageMetadata?.candidatesTokenCount ?? 0)`, totalTokens: (r) => `(${r}.usageMetadata?.totalTokenCount ?? 0)`,
      id: (r) => `${r}.responseId`, model: (r) => `${r}.modelVersion`, delta: (c) => `(${c}.text ?? "")`, hasDelta: (c) => `(${c}.text != null)`, deltaFinish: (c) => `(${c}.candidates?.[0]?.finishReason ?? null)`, deltaUsage: (c) => `${c}.usageMetadata`, deltaInputTokens: (c) => `(${c}.usageMetadata?.promptTokenCount ?? 0)`, deltaOutputTokens: (c) => `(${c}.usageMetadata?.candidatesTokenCount ?? 0)`,
    },
    call: { id: '.id', name: '.name', input: '.args', isJson: false }, ends: googleEnds, isManager: false,
  } satisfies Form,
};

const underOutput = (path: string): string => (path.startsWith('.choices') ? `.output${path}` : path.replace('prompt_tokens', 'input_tokens').replace('completion_tokens', 'output_tokens'));
export const dashscopeResults = {
  python: {
    reads: {
      ...mapped(chatReads, underOutput), text: ['.output.choices[0].message.content', '.output.text'], id: ['.request_id'], delta: ['.output.choices[0].message.content', '.output.text'], hasDelta: ['.output.choices', '.output.choices[0]'],
    },
    writes: {
      text: (r) => `${r}.output.choices[0].message.content`, message: (r) => `${r}.output.choices[0].message`, toolCalls: (r) => `(${r}.output.choices[0].message.get("tool_calls") or [])`, finish: (r) => `${r}.output.choices[0].finish_reason`, usage: (r) => `${r}.usage`, inputTokens: (r) => `${r}.usage.input_tokens`, outputTokens: (r) => `${r}.usage.output_tokens`, totalTokens: (r) => `${r}.usage.total_tokens`, id: (r) => `${r}.request_id`,
      delta: (c) => `((${c}.output.choices[0].message.content or "") if ${c}.output.choices else "")`, hasDelta: (c) => `bool(${c}.output.choices)`, deltaFinish: (c) => `(${c}.output.choices[0].finish_reason if ${c}.output.choices else None)`, deltaUsage: (c) => `${c}.usage`, deltaInputTokens: (c) => `${c}.usage.input_tokens`, deltaOutputTokens: (c) => `${c}.usage.output_tokens`,
    },
    call: { ...chatCall, isMap: true }, ends: chatEnds, isManager: false,
  } satisfies Form,
};

export const vercelResults = {
  javascript: {
    reads: { text: ['.text'], finish: ['.finishReason'], toolCalls: ['.toolCalls'], usage: ['.usage'], inputTokens: ['.usage.inputTokens', '.usage.promptTokens'], outputTokens: ['.usage.outputTokens', '.usage.completionTokens'], totalTokens: ['.usage.totalTokens'], id: ['.response.id'], model: ['.response.modelId'], delta: [''] },
    writes: {
      text: (r) => `${r}.text`, finish: (r) => `${r}.finishReason`, toolCalls: (r) => `${r}.toolCalls`, usage: (r) => `${r}.usage`, inputTokens: (r) => `(${r}.usage.inputTokens ?? 0)`, outputTokens: (r) => `(${r}.usage.outputTokens ?? 0)`, totalTokens: (r) => `(${r}.usage.totalTokens ?? 0)`, id: (r) => `${r}.response.id`, model: (r) => `${r}.response.modelId`,
      delta: (c) => c, hasDelta: (c) => `(${c} !== "")`,
    },
    call: { id: '.toolCallId', name: '.toolName', input: '.input', isJson: false }, ends: vercelEnds, iterates: '.textStream', textIterables: ['.textStream'], isManager: false,
  } satisfies Form,
};
