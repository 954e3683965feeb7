/**
 * Spend logs and usage exports of gateways and vendors. Formats: LiteLLM's `/spend/logs` (JSON), OpenRouter's activity API
 * (JSON) and activity page (CSV), OpenAI's `organization/usage/*` (JSON), Anthropic's `usage_report/messages` (JSON); as
 * their documentation has them in November 2026.
 */
import type { Operation } from '../core/model.js';
import { countOf, csvRows, fieldsOf, jsonValues, listOf, textOf, unitsOf, type Fields, type ImportedUse, type Importer } from './imported.js';

/** LiteLLM's names for providers that the catalog names otherwise. */
const litellmProviders: Readonly<Record<string, string>> = {
  azure: 'azure-openai', azure_ai: 'azure-openai', gemini: 'google-gemini', vertex_ai: 'google-vertex', bedrock: 'aws-bedrock', dashscope: 'alibaba-dashscope', volcengine: 'volcengine-ark', together_ai: 'together', fireworks_ai: 'fireworks', zai: 'zhipu', cohere_chat: 'cohere', text_completion_openai: 'openai',
};
/** Names of OpenTelemetry's and LiteLLM's vocabulary → ids of the catalog. */
export function providerOfName(name: string | null): string | null {
  if (!name) return null;
  const known: Readonly<Record<string, string>> = { ...litellmProviders, 'azure.ai.openai': 'azure-openai', 'azure.ai.inference': 'azure-openai', 'az.ai.openai': 'azure-openai', 'gcp.gemini': 'google-gemini', 'gcp.vertex_ai': 'google-vertex', 'gcp.gen_ai': 'google-gemini', 'aws.bedrock': 'aws-bedrock', mistral_ai: 'mistral', x_ai: 'xai', moonshot_ai: 'moonshot', 'ibm.watsonx.ai': 'unknown', aliyun: 'alibaba-dashscope' };
  return Object.hasOwn(known, name) ? known[name]! : name;
}

const operations: Readonly<Record<string, Operation>> = { embedding: 'embedding', aembedding: 'embedding', completion: 'chat', acompletion: 'chat', image_generation: 'image', aimage_generation: 'image', transcription: 'audio-transcription', atranscription: 'audio-transcription', speech: 'speech', aspeech: 'speech', rerank: 'rerank', arerank: 'rerank', moderation: 'moderation', amoderation: 'moderation' };

export const litellm: Importer = (text, file, problem) => jsonValues(text, problem).flatMap((value) => (Array.isArray(value) ? value : listOf(fieldsOf(value)['data']).length > 0 ? listOf(fieldsOf(value)['data']) : [value])).flatMap((value): ImportedUse[] => {
  const row = fieldsOf(value);
  const id = textOf(row['request_id']);
  const time = textOf(row['startTime']);
  if (!id || !time) { problem(`${file}: an entry without request_id or startTime`); return []; }
  const usage = fieldsOf(fieldsOf(row['metadata'])['usage_object'] ?? fieldsOf(fieldsOf(row['metadata'])['additional_usage_values']));
  const prompt = countOf(row['prompt_tokens']);
  const cached = countOf(fieldsOf(usage['prompt_tokens_details'])['cached_tokens'] ?? usage['cache_read_input_tokens']);
  const reasoning = countOf(fieldsOf(usage['completion_tokens_details'])['reasoning_tokens']);
  const provider = providerOfName(textOf(row['custom_llm_provider']));
  const failed = textOf(row['status']) === 'failure';
  const end = Date.parse(textOf(row['endTime']) ?? '');
  return [{
    id: `litellm/${id}`, time: utc(time), provider, model: (textOf(row['model']) ?? 'unknown').replace(/^(?:azure|gemini|vertex_ai|bedrock|dashscope|volcengine|openrouter|groq|mistral|anthropic|openai|deepseek)\//, ''),
    operation: operations[textOf(row['call_type']) ?? ''] ?? 'chat', outcome: failed ? 'error' : 'ok',
    units: unitsOf({ 'input-token': prompt - cached, 'cached-input-token': cached, 'output-token': countOf(row['completion_tokens']) - reasoning, 'reasoning-token': reasoning }),
    billedUsd: typeof row['spend'] === 'number' || textOf(row['spend']) ? Number(row['spend']) : null,
    ...(Number.isFinite(end) && { latencyMs: Math.max(0, end - Date.parse(utc(time))) }), ...(textOf(row['team_id']) && { project: textOf(row['team_id'])! }),
  }];
});

/** Times without a zone are UTC there. */
function utc(time: string): string {
  return /(?:Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time.replace(' ', 'T')}Z`;
}

export const openrouter: Importer = (text, file, problem) => {
  if (/^\s*[[{]/.test(text)) {
    return jsonValues(text, problem).flatMap((value) => (Array.isArray(value) ? value : listOf(fieldsOf(value)['data']))).flatMap((value): ImportedUse[] => {
      const row = fieldsOf(value);
      const day = textOf(row['date']);
      const model = textOf(row['model_permaslug'] ?? row['model']);
      if (!day || !model) { problem(`${file}: an entry without date or model`); return []; }
      const prompt = countOf(row['prompt_tokens']);
      const reasoning = countOf(row['reasoning_tokens']);
      return [{
        id: `openrouter-activity/${day.slice(0, 10)}/${textOf(row['endpoint_id']) ?? ''}/${model}`, time: `${day.slice(0, 10)}T12:00:00Z`, provider: 'openrouter', model: textOf(row['model']) ?? model, requests: countOf(row['requests']) || 1,
        units: unitsOf({ 'input-token': prompt, 'output-token': countOf(row['completion_tokens']) - reasoning, 'reasoning-token': reasoning }), billedUsd: countOf(row['usage']) + countOf(row['byok_usage_inference']),
      }];
    });
  }
  return csvRows(text).flatMap((row): ImportedUse[] => {
    const id = row['generation_id'] || row['id'];
    const time = row['created_at'];
    if (!id || !time) { problem(`${file}: a row without generation_id or created_at`); return []; }
    const [prompt, cached, reasoning] = [row['tokens_prompt'], row['tokens_cached'], row['tokens_reasoning']].map(countOf) as [number, number, number];
    return [{
      id: `openrouter/${id}`, time: utc(time), provider: 'openrouter', model: row['model_permaslug'] || row['model'] || 'unknown', outcome: row['cancelled'] === 'true' ? 'aborted' : 'ok',
      units: unitsOf({ 'input-token': prompt - cached, 'cached-input-token': cached, 'output-token': countOf(row['tokens_completion']) - reasoning, 'reasoning-token': reasoning }),
      billedUsd: countOf(row['cost_total'] ?? row['usage']) + countOf(row['byok_usage_inference']), ...(countOf(row['generation_time_ms']) > 0 && { latencyMs: countOf(row['generation_time_ms']) }),
    }];
  });
};

/** Buckets of a vendor's usage API: `data` (pages may be one after the other) → results with their bucket. */
function buckets(text: string, problem: (what: string) => void): readonly { readonly bucket: Fields; readonly result: Fields }[] {
  return jsonValues(text, problem).flatMap((page) => (Array.isArray(page) ? page : listOf(fieldsOf(page)['data']))).flatMap((value) => listOf(fieldsOf(value)['results']).map((result) => ({ bucket: fieldsOf(value), result: fieldsOf(result) })));
}

export const openaiExport: Importer = (text, file, problem) => buckets(text, problem).flatMap(({ bucket, result }): ImportedUse[] => {
  const start = bucket['start_time'];
  const kind = textOf(result['object'])?.split('.')[2] ?? 'completions';
  const model = textOf(result['model']);
  if (typeof start !== 'number') { problem(`${file}: a bucket without start_time`); return []; }
  if (!model) { problem(`${file}: results are not grouped by model; ask for group_by=model`); return []; }
  const [cached, audioIn, audioOut] = [result['input_cached_tokens'], result['input_audio_tokens'], result['output_audio_tokens']].map(countOf) as [number, number, number];
  return [{
    id: `openai-usage/${kind}/${start}/${textOf(bucket['end_time']) ?? ''}/${model}/${textOf(result['project_id']) ?? ''}/${textOf(result['api_key_id']) ?? ''}/${String(result['batch'] ?? '')}`, time: start * 1000, provider: 'openai', model,
    operation: kind === 'embeddings' ? 'embedding' : kind === 'images' ? 'image' : kind === 'audio_speeches' ? 'speech' : kind === 'audio_transcriptions' ? 'audio-transcription' : kind === 'moderations' ? 'moderation' : 'chat',
    requests: countOf(result['num_model_requests']) || 1, ...(result['batch'] === true && { tier: 'batch' as const }), ...(textOf(result['project_id']) && { project: textOf(result['project_id'])! }),
    units: unitsOf({ 'input-token': countOf(result['input_tokens']) - cached - audioIn, 'cached-input-token': cached, 'audio-input-token': audioIn, 'output-token': countOf(result['output_tokens']) - audioOut, 'audio-output-token': audioOut, image: countOf(result['images']), character: countOf(result['characters']), second: countOf(result['seconds']) }),
  }];
});

export const anthropicExport: Importer = (text, file, problem) => buckets(text, problem).flatMap(({ bucket, result }): ImportedUse[] => {
  const start = textOf(bucket['starting_at']);
  const model = textOf(result['model']);
  if (!start) { problem(`${file}: a bucket without starting_at`); return []; }
  if (!model) { problem(`${file}: results are not grouped by model; ask for group_by[]=model`); return []; }
  const created = fieldsOf(result['cache_creation']);
  const tier = textOf(result['service_tier']);
  return [{
    id: `anthropic-usage/${start}/${textOf(bucket['ending_at']) ?? ''}/${model}/${textOf(result['workspace_id']) ?? ''}/${textOf(result['api_key_id']) ?? ''}/${tier ?? ''}/${textOf(result['context_window']) ?? ''}`, time: start, provider: 'anthropic', model, requests: 1, longContext: textOf(result['context_window']) === '200k-1M',
    ...((tier === 'batch' || tier === 'priority') && { tier }), ...(textOf(result['workspace_id']) && { project: textOf(result['workspace_id'])! }),
    units: unitsOf({
      'input-token': countOf(result['uncached_input_tokens']), 'cached-input-token': countOf(result['cache_read_input_tokens']), 'cache-write-token': countOf(created['ephemeral_5m_input_tokens']), 'cache-write-1h-token': countOf(created['ephemeral_1h_input_tokens']),
      'output-token': countOf(result['output_tokens']), search: countOf(fieldsOf(result['server_tool_use'])['web_search_requests']),
    }),
  }];
});
