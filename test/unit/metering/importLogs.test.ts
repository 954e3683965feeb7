/** Logs and exports as the programs write them; amounts from list prices worked out here. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { facts } from '../../../src/catalog.js';
import type { UsageRecord } from '../../../src/core/usageRecord.js';
import { importKindOf, importLogs, type ImportKind, type ImportResult } from '../../../src/metering/importLogs.js';
import { temporary } from './recordsForTests.js';

let folder = '';
beforeEach(() => { folder = temporary(); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

async function read(kind: ImportKind, name: string, content: unknown, billing?: 'api' | 'subscription'): Promise<ImportResult & { list: UsageRecord[] }> {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  writeFileSync(join(folder, 'logs', name), typeof content === 'string' ? content : JSON.stringify(content));
  const list: UsageRecord[] = [];
  const result = await importLogs({ kind, path: join(folder, 'logs'), facts, ...(billing && { billing }), append: (records) => { list.push(...records); return Promise.resolve(); } });
  return { ...result, list };
}
const lines = (...values: unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');

describe('gateways and vendors', () => {
  test('LiteLLM: what it says was spent', async () => {
    const { list } = await read('litellm', 'spend.json', [
      { request_id: 'chatcmpl-1', call_type: 'acompletion', spend: 0.0123, prompt_tokens: 100, completion_tokens: 50, startTime: '2026-11-10T10:00:00.000Z', endTime: '2026-11-10T10:00:02.500Z', model: 'azure/gpt-4o-mini', custom_llm_provider: 'azure', status: 'success', metadata: { usage_object: { prompt_tokens_details: { cached_tokens: 40 } } } },
      { request_id: 'f', spend: 0, prompt_tokens: 0, completion_tokens: 0, startTime: '2026-11-10 10:00:00', endTime: '2026-11-10 10:00:01', model: 'gpt-4o', custom_llm_provider: 'openai', status: 'failure' }, { nonsense: true },
    ]);
    expect(list[0]).toMatchObject({ id: 'litellm/chatcmpl-1', provider: 'azure-openai', model: 'gpt-4o-mini', latencyMs: 2500, units: { 'input-token': 60, 'cached-input-token': 40, 'output-token': 50 }, cost: { amount: 0.0123, basis: 'billed' }, billing: 'api' });
    expect(list[1]).toMatchObject({ outcome: 'error', time: '2026-11-10T10:00:00.000Z' });
    expect(list).toHaveLength(2);
  });
  test('OpenRouter: activity as JSON and as CSV', async () => {
    const { list } = await read('openrouter', 'activity.json', { data: [{ date: '2026-11-10', model: 'openai/gpt-4.1', model_permaslug: 'openai/gpt-4.1-2025-04-14', endpoint_id: 'e', provider_name: 'OpenAI', usage: 0.015, byok_usage_inference: 0.012, requests: 5, prompt_tokens: 50, completion_tokens: 125, reasoning_tokens: 25 }] });
    expect(list[0]).toMatchObject({ provider: 'openrouter', requests: 5, cost: { amount: expect.closeTo(0.027, 12) as number, basis: 'billed' }, units: { 'input-token': 50, 'output-token': 100, 'reasoning-token': 25 } });
    const csv = await read('openrouter', 'activity.json', 'generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,cancelled\r\ngen-1,2026-11-10 10:00:00.123,0.0042,"1,200",300,100,200,"a/b ""c""",X,false\r\n');
    expect(csv.list[0]).toMatchObject({ id: 'openrouter/gen-1', time: '2026-11-10T10:00:00.123Z', model: 'a/b "c"', units: { 'input-token': 1000, 'cached-input-token': 200, 'output-token': 200, 'reasoning-token': 100 }, cost: { amount: 0.0042 } });
  });
  test('OpenAI\'s usage export: half price for batches, and ungrouped results are said', async () => {
    const bucket = { object: 'bucket', start_time: Date.UTC(2026, 10, 10) / 1000, end_time: Date.UTC(2026, 10, 11) / 1000 };
    const { list, problems } = await read('openai-export', 'usage.json', { object: 'page', data: [{ ...bucket, results: [
      { object: 'organization.usage.completions.result', input_tokens: 1_000_000, input_cached_tokens: 400_000, output_tokens: 100_000, num_model_requests: 500, project_id: 'proj_1', model: 'gpt-4o-mini-2024-07-18', batch: false }, { object: 'organization.usage.completions.result', input_tokens: 5, output_tokens: 5, num_model_requests: 1, model: null },
    ] }] });
    expect(list[0]).toMatchObject({ provider: 'openai', model: 'gpt-4o-mini', requests: 500, project: 'proj_1' });
    expect(list[0]!.cost!.amount).toBeCloseTo(0.6 * 0.15 + 0.4 * 0.075 + 0.1 * 0.6, 9);
    expect(problems[0]).toContain('group_by=model');
  });
  test('Anthropic\'s usage report: a sum does not set off the price of long prompts', async () => {
    const { list } = await read('anthropic-export', 'usage.json', { data: [{ starting_at: '2026-11-10T00:00:00Z', ending_at: '2026-11-11T00:00:00Z', results: [{ uncached_input_tokens: 10_000_000, cache_creation: { ephemeral_5m_input_tokens: 1_000_000, ephemeral_1h_input_tokens: 500_000 }, cache_read_input_tokens: 2_000_000, output_tokens: 1_000_000, server_tool_use: { web_search_requests: 0 }, model: 'claude-sonnet-4-5', service_tier: 'standard', context_window: '0-200k', workspace_id: null }] }] });
    expect(list[0]!.cost!.amount).toBeCloseTo(10 * 3 + 1 * 3.75 + 0.5 * 6 + 2 * 0.3 + 1 * 15, 6);
  });
});

describe('coding agents', () => {
  const assistant = (id: string, output: number, more: object = {}): unknown => ({ type: 'assistant', timestamp: '2026-11-10T10:00:00.000Z', cwd: '/p', sessionId: 's', requestId: 'r', message: { id, role: 'assistant', model: 'claude-sonnet-4-5', usage: { input_tokens: 10, cache_creation_input_tokens: 300, cache_read_input_tokens: 1000, output_tokens: output, cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 } } }, ...more });
  test('Claude Code: an answer of several lines counts once, with its last usage; no money', async () => {
    const { list, problems } = await read('claude-code', 's.jsonl', `${lines({ type: 'user', message: { content: 'SECRET PROMPT' } }, assistant('msg_1', 1), assistant('msg_1', 40), assistant('msg_2', 5), { ...assistant('x', 1) as object, message: { id: 'x', model: '<synthetic>', usage: {} } })}\n{"torn`);
    expect(list.map(({ id, units, billing, project }) => [id, units['output-token'], billing, project])).toEqual([['anthropic/msg_1', 40, 'subscription', '/p'], ['anthropic/msg_2', 5, 'subscription', '/p']]);
    expect(list[0]!.units).toEqual({ 'input-token': 10, 'cached-input-token': 1000, 'cache-write-token': 100, 'cache-write-1h-token': 200, 'output-token': 40 });
    expect(JSON.stringify(list)).not.toContain('SECRET');
    expect(problems[0]).toContain('1 lines are no JSON');
    expect((await read('claude-code', 's.jsonl', lines(assistant('m', 1)), 'api')).list[0]!.billing).toBe('api');
  });
  test('Codex: counts of each turn, repeated totals once, differences where only totals are given', async () => {
    const usage = (input: number, cached: number, output: number, reasoning: number): object => ({ input_tokens: input, cached_input_tokens: cached, output_tokens: output, reasoning_output_tokens: reasoning, total_tokens: input + output });
    const event = (second: number, total: object, last?: object): object => ({ timestamp: `2026-11-10T10:00:0${second}.000Z`, type: 'event_msg', payload: { type: 'token_count', info: { total_token_usage: total, ...(last && { last_token_usage: last }) } } });
    const { list } = await read('codex', 'rollout.jsonl', lines({ timestamp: '2026-11-10T10:00:00Z', type: 'session_meta', payload: { id: 'sess', cwd: '/p' } }, { type: 'turn_context', payload: { model: 'gpt-5' } }, { timestamp: '2026-11-10T10:00:00Z', type: 'event_msg', payload: { type: 'token_count', info: null } },
      event(1, usage(100, 20, 50, 10), usage(100, 20, 50, 10)), event(2, usage(100, 20, 50, 10), usage(100, 20, 50, 10)), event(3, usage(300, 120, 80, 25))));
    expect(list.map(({ units, model, project }) => ({ units, model, project }))).toEqual([
      { model: 'gpt-5', project: '/p', units: { 'input-token': 80, 'cached-input-token': 20, 'output-token': 40, 'reasoning-token': 10 } }, { model: 'gpt-5', project: '/p', units: { 'input-token': 100, 'cached-input-token': 100, 'output-token': 15, 'reasoning-token': 15 } },
    ]);
    expect(new Set(list.map(({ id }) => id)).size).toBe(2);
  });
  test('Gemini CLI: thoughts are beside the answer, tools beside the prompt', async () => {
    const { list } = await read('gemini-cli', 'session.json', { sessionId: 's', projectHash: 'abc', messages: [{ id: 'u', type: 'user', timestamp: '2026-11-10T10:00:00Z', content: 'SECRET' }, { id: 'g', type: 'gemini', timestamp: '2026-11-10T10:00:01Z', model: 'gemini-2.5-flash', tokens: { input: 1000, output: 100, cached: 400, thoughts: 50, tool: 30, total: 1180 } }] });
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ provider: 'google-gemini', billing: 'subscription', units: { 'input-token': 630, 'cached-input-token': 400, 'output-token': 100, 'reasoning-token': 50 } });
    expect(list[0]!.cost!.amount).toBeCloseTo((630 * 0.3 + 400 * 0.03 + 150 * 2.5) / 1e6, 12);
  });
});

test('names people use, nothing at the path, and binary files', async () => {
  expect(['claude', 'Claude-Code', 'openai', 'x'].map(importKindOf)).toEqual(['claude-code', 'claude-code', 'openai-export', null]);
  await expect(importLogs({ kind: 'litellm', path: join(folder, 'nowhere'), facts, append: () => Promise.resolve() })).rejects.toThrow('no such file or folder');
  await expect(importLogs({ kind: 'litellm', facts, append: () => Promise.resolve() })).rejects.toThrow('must be named');
  expect((await read('codex', 'x.jsonl', '\u0000\u0001\u0002 not a log\n'.repeat(1000))).list).toEqual([]);
});
