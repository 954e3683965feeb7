/**
 * What an answer says about its own usage, for every wire format that is metered. Quantities are turned into units
 * that do not overlap, as `price` takes them. Sources: the vendors' API references and SDK types of November 2026.
 */
import type { PriceUnit } from './model.js';
import type { UnitCounts } from './usageRecord.js';
import type { Wire } from './wireFormat.js';

type Fields = Readonly<Record<string, unknown>>;

/** What has been read so far. */
export interface ReadUsage {
  readonly responseId: string | null;
  readonly model: string | null;
  /** Null while the answer has said nothing about usage. */
  readonly units: UnitCounts | null;
  /** What the gateway says it billed. */
  readonly billed: { readonly currency: string; readonly amount: number } | null;
  /** The tier that was used, when it says so. */
  readonly tier: 'batch' | 'flex' | 'priority' | null;
  /** Text of the answer, for counting where usage is missing; at most a million characters. */
  readonly text: string;
  readonly failed: boolean;
  /** Images in the answer. */
  readonly images: number;
  /** Options that hold as the answer says, where they bear on the price. */
  readonly options: Readonly<Record<string, string>>;
}

/** Reads one answer: a single JSON document, or the events of a stream in order. Never throws. */
export interface UsageReader {
  /** A whole JSON answer or one event's data. */
  read(value: unknown): void;
  result(): ReadUsage;
}

const maximumText = 1_000_000;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const count = (value: unknown): number => (isCount(value) ? value : 0);
const named = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Opens a reader for one answer. */
export function createUsageReader(wire: Wire): UsageReader {
  const state = { id: null as string | null, model: null as string | null, units: null as UnitCounts | null, billed: null as ReadUsage['billed'], tier: null as ReadUsage['tier'], text: [] as string[], length: 0, failed: false, images: 0, options: {} as Record<string, string> };
  const write = (text: unknown): void => {
    if (typeof text !== 'string' || text === '' || state.length > maximumText) return;
    state.text.push(text);
    state.length += text.length;
  };
  const tierOf = (value: unknown): void => {
    if (value === 'batch' || value === 'flex' || value === 'priority') state.tier = value;
  };

  const openai = (body: Fields): void => {
    state.id = named(body['id']) ?? state.id;
    state.model = named(body['model']) ?? state.model;
    tierOf(body['service_tier']);
    for (const choice of listOf(body['choices'])) {
      const { message, delta, text } = fieldsOf(choice);
      write(text);
      for (const part of [message, delta]) {
        const { content, tool_calls: calls, reasoning_content: reasoning, reasoning: thought } = fieldsOf(part);
        write(content); write(reasoning); write(thought);
        for (const piece of listOf(content)) write(fieldsOf(piece)['text']);
        for (const call of listOf(calls)) { const made = fieldsOf(fieldsOf(call)['function']); write(made['name']); write(made['arguments']); }
      }
    }
    // Groq's streams carry it in a field of their own.
    const usage = body['usage'] ?? fieldsOf(body['x_groq'])['usage'];
    if (usage) openaiUsage(fieldsOf(usage));
    if (body['data'] && !body['usage']) state.images = listOf(body['data']).filter((each) => fieldsOf(each)['url'] !== undefined || fieldsOf(each)['b64_json'] !== undefined).length;
  };

  const openaiUsage = (usage: Fields): void => {
    if (usage['type'] === 'duration') { state.units = { second: count(usage['seconds']), minute: count(usage['seconds']) / 60 }; return; }
    const promptDetails = fieldsOf(usage['prompt_tokens_details'] ?? usage['input_tokens_details'] ?? usage['input_token_details']);
    const answerDetails = fieldsOf(usage['completion_tokens_details'] ?? usage['output_tokens_details'] ?? usage['output_token_details']);
    const prompt = usage['prompt_tokens'] ?? usage['input_tokens'] ?? usage['total_tokens'];
    if (!isCount(prompt)) return;
    const answer = count(usage['completion_tokens'] ?? usage['output_tokens']);
    // DeepSeek and Moonshot name what came from the cache differently.
    const cached = count(promptDetails['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens']);
    const written = count(promptDetails['cache_write_tokens']);
    const audioIn = count(promptDetails['audio_tokens']);
    const imageIn = count(promptDetails['image_tokens']);
    const reasoning = count(answerDetails['reasoning_tokens']);
    const audioOut = count(answerDetails['audio_tokens']);
    const imageOut = count(answerDetails['image_tokens']);
    // xAI counts reasoning beside the answer, OpenAI within it: the total tells which.
    const beside = reasoning > 0 && usage['total_tokens'] === prompt + answer + reasoning;
    state.units = units({
      'input-token': prompt - cached - written - audioIn - imageIn, 'cached-input-token': cached, 'cache-write-token': written, 'audio-input-token': audioIn, 'image-input-token': imageIn,
      'output-token': answer - (beside ? 0 : reasoning) - audioOut - imageOut, 'reasoning-token': reasoning, 'audio-output-token': audioOut, 'image-output-token': imageOut,
      ...(isCount(usage['num_search_queries']) && { search: usage['num_search_queries'] }),
    });
    // OpenRouter says what it took; with the user's own key at the vendor, that vendor bills the rest.
    if (isCount(usage['cost']) && usage['is_byok'] !== true) state.billed = { currency: 'USD', amount: usage['cost'] };
    else if (isCount(usage['cost'])) state.billed = { currency: 'USD', amount: usage['cost'] + count(fieldsOf(usage['cost_details'])['upstream_inference_cost']) };
  };

  const responses = (event: Fields): void => {
    const type = named(event['type']);
    if (type === 'response.output_text.delta' || type === 'response.function_call_arguments.delta') { write(event['delta']); return; }
    if (type === 'error' || type === 'response.failed') state.failed = true;
    const response = type?.startsWith('response.') ? fieldsOf(event['response']) : event;
    state.id = named(response['id']) ?? state.id;
    state.model = named(response['model']) ?? state.model;
    tierOf(response['service_tier']);
    if (!response['usage']) return;
    if (!type) for (const item of listOf(response['output'])) for (const part of listOf(fieldsOf(item)['content'])) write(fieldsOf(part)['text']);
    openaiUsage(fieldsOf(response['usage']));
    const searches = listOf(response['output']).filter((item) => fieldsOf(item)['type'] === 'web_search_call').length;
    if (searches > 0) state.units = { ...state.units, search: searches };
  };

  let claude: Record<string, unknown> = {};
  const anthropic = (event: Fields): void => {
    const type = named(event['type']);
    if (type === 'error') { state.failed = true; return; }
    const message = type === 'message_start' ? fieldsOf(event['message']) : event;
    if (type === 'message_start' || type === 'message') {
      state.id = named(message['id']) ?? state.id;
      state.model = named(message['model']) ?? state.model;
    }
    if (type === 'content_block_delta') { const delta = fieldsOf(event['delta']); write(delta['text']); write(delta['partial_json']); write(delta['thinking']); return; }
    for (const block of listOf(message['content'])) { const each = fieldsOf(block); write(each['text']); write(each['thinking']); if (each['input']) write(JSON.stringify(each['input'])); }
    const usage = message['usage'];
    if (!usage) return;
    // A stream repeats what it knows; later figures replace earlier ones.
    for (const [key, value] of Object.entries(fieldsOf(usage))) if (value !== null && value !== undefined) claude = { ...claude, [key]: value };
    tierOf(claude['service_tier']);
    for (const key of ['inference_geo', 'speed']) { const value = named(claude[key]); if (value) state.options[key] = value; }
    const thought = count(fieldsOf(claude['output_tokens_details'])['thinking_tokens']);
    const created = fieldsOf(claude['cache_creation']);
    const hour = count(created['ephemeral_1h_input_tokens']);
    const searches = count(fieldsOf(claude['server_tool_use'])['web_search_requests']);
    state.units = units({
      'input-token': count(claude['input_tokens']), 'cached-input-token': count(claude['cache_read_input_tokens']),
      'cache-write-token': count(claude['cache_creation_input_tokens']) - hour, 'cache-write-1h-token': hour, 'output-token': count(claude['output_tokens']) - thought, 'reasoning-token': thought,
      ...(searches > 0 && { search: searches }),
    });
  };

  const gemini = (body: Fields): void => {
    // Without `alt=sse` a stream is one JSON array.
    if (body['error']) state.failed = true;
    state.id = named(body['responseId']) ?? state.id;
    state.model = named(body['modelVersion']) ?? state.model;
    for (const candidate of listOf(body['candidates'])) for (const part of listOf(fieldsOf(fieldsOf(candidate)['content'])['parts'])) {
      write(fieldsOf(part)['text']);
      if (fieldsOf(part)['functionCall']) write(JSON.stringify(fieldsOf(part)['functionCall']));
    }
    if (body['predictions']) state.images = listOf(body['predictions']).length;
    const usage = fieldsOf(body['usageMetadata']);
    if (!isCount(usage['promptTokenCount'])) return;
    const by = (details: unknown, modality: string): number => listOf(details).reduce<number>((sum, each) => sum + (fieldsOf(each)['modality'] === modality ? count(fieldsOf(each)['tokenCount']) : 0), 0);
    const prompt = usage['promptTokenCount'] + count(usage['toolUsePromptTokenCount']);
    const [audio, image, video] = ['AUDIO', 'IMAGE', 'VIDEO'].map((modality) => Math.max(0, by(usage['promptTokensDetails'], modality) - by(usage['cacheTokensDetails'], modality)));
    const cached = count(usage['cachedContentTokenCount']);
    const [imageOut, audioOut] = ['IMAGE', 'AUDIO'].map((modality) => by(usage['candidatesTokensDetails'], modality));
    state.units = units({
      'input-token': prompt - cached - audio! - image! - video!, 'cached-input-token': cached, 'audio-input-token': audio!, 'image-input-token': image!, 'video-input-token': video!,
      'output-token': count(usage['candidatesTokenCount']) - imageOut! - audioOut!, 'reasoning-token': count(usage['thoughtsTokenCount']),
      'image-output-token': imageOut!, 'audio-output-token': audioOut!,
    });
  };

  let answered = 0;
  const dashscope = (body: Fields): void => {
    if (body['code'] && !body['output']) state.failed = true;
    state.id = named(body['request_id']) ?? state.id;
    const output = fieldsOf(body['output']);
    const texts = [output['text'], ...listOf(output['choices']).flatMap((choice) => {
      const { content } = fieldsOf(fieldsOf(choice)['message']);
      return typeof content === 'string' ? [content] : listOf(content).map((part) => fieldsOf(part)['text']);
    })].filter((text): text is string => typeof text === 'string');
    // Streams repeat the whole text unless asked not to.
    for (const text of texts) { if (text.length < answered) write(text); else { state.text = []; state.length = 0; write(text); } answered = Math.max(answered, text.length); }
    const results = listOf(output['results']).length;
    if (results > 0) state.images = results;
    const usage = fieldsOf(body['usage']);
    if (isCount(usage['image_count'])) { state.units = { image: usage['image_count'] }; return; }
    const prompt = usage['input_tokens'] ?? usage['total_tokens'];
    if (!isCount(prompt)) return;
    const details = fieldsOf(usage['input_tokens_details']);
    const cached = count(fieldsOf(usage['prompt_tokens_details'])['cached_tokens']);
    const image = count(details['image_tokens'] ?? usage['image_tokens']);
    const audio = count(details['audio_tokens'] ?? usage['audio_tokens']);
    const video = count(details['video_tokens'] ?? usage['video_tokens']);
    const reasoning = count(fieldsOf(usage['output_tokens_details'])['reasoning_tokens']);
    const media = details['text_tokens'] === undefined ? 0 : image + audio + video;
    state.units = units({
      'input-token': prompt - cached - media, 'cached-input-token': cached, ...(media > 0 && { 'image-input-token': image, 'audio-input-token': audio, 'video-input-token': video }),
      'output-token': count(usage['output_tokens']) - reasoning, 'reasoning-token': reasoning,
    });
  };

  const ollama = (body: Fields): void => {
    if (body['error']) state.failed = true;
    state.model = named(body['model']) ?? state.model;
    write(fieldsOf(body['message'])['content']); write(body['response']);
    if (isCount(body['prompt_eval_count']) || isCount(body['eval_count'])) {
      state.units = units({ 'input-token': count(body['prompt_eval_count']), 'output-token': count(body['eval_count']) });
    }
  };

  const cohere = (body: Fields): void => {
    state.id = named(body['id']) ?? named(body['generation_id']) ?? named(body['response_id']) ?? state.id;
    write(fieldsOf(fieldsOf(fieldsOf(body['delta'])['message'])['content'])['text']);
    for (const part of listOf(fieldsOf(body['message'])['content'])) write(fieldsOf(part)['text']);
    const holder = [body['usage'], fieldsOf(body['delta'])['usage'], body['meta'], fieldsOf(body['response'])['meta']].map(fieldsOf).find((each) => each['billed_units']);
    const billed = fieldsOf(holder?.['billed_units']);
    if (Object.keys(billed).length === 0) { if (body['usage']) openaiUsage(fieldsOf(body['usage'])); return; }
    state.units = units({
      'input-token': count(billed['input_tokens']), 'output-token': count(billed['output_tokens']), 'image-input-token': count(billed['image_tokens']),
      ...(isCount(billed['search_units']) && { search: billed['search_units'] }),
    });
  };

  const readers: Readonly<Record<Wire, (body: Fields) => void>> = { openai, 'openai-responses': responses, anthropic, gemini, dashscope, ollama, cohere };
  return {
    read(value) {
      for (const each of Array.isArray(value) ? value : [value]) {
        const body = fieldsOf(each);
        if (body['error'] !== undefined && body['error'] !== null) state.failed = true;
        readers[wire](body);
      }
    },
    result: () => ({ responseId: state.id, model: state.model, units: state.units, billed: state.billed, tier: state.tier, text: state.text.join(''), failed: state.failed, images: state.images, options: state.options }),
  };
}

/** Quantities above zero; never a negative one, whatever a vendor's details add up to. */
function units(all: Partial<Record<PriceUnit, number>>): UnitCounts {
  return Object.fromEntries(Object.entries(all).filter(([, quantity]) => quantity > 0)) as UnitCounts;
}
