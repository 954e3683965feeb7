/**
 * Logs that coding agents keep on this machine. Claude Code: `~/.claude/projects/**\/*.jsonl`; Codex:
 * `~/.codex/sessions/**\/*.jsonl`; Gemini CLI: `~/.gemini/tmp/*\/chats/*.json`. Only numbers, names and times are read.
 */
import { createHash } from 'node:crypto';
import { countOf, fieldsOf, jsonValues, listOf, textOf, unitsOf, type ImportedUse, type Importer } from './imported.js';

/** An answer is written once per block, each time with its usage so far: the last one holds. */
export const claudeCode: Importer = (text, _file, problem) => {
  const answers = new Map<string, ImportedUse>();
  for (const value of jsonValues(text, problem)) {
    const line = fieldsOf(value);
    const message = fieldsOf(line['message']);
    const usage = fieldsOf(message['usage']);
    const id = textOf(message['id']);
    const time = textOf(line['timestamp']);
    const model = textOf(message['model']);
    // `<synthetic>` lines are messages of the agent itself.
    if (line['type'] !== 'assistant' || !id || !time || !model || model.startsWith('<')) continue;
    const created = fieldsOf(usage['cache_creation']);
    const hour = countOf(created['ephemeral_1h_input_tokens']);
    answers.set(id, {
      id: `anthropic/${id}`, time, provider: 'anthropic', model, ...(textOf(line['cwd']) && { project: textOf(line['cwd'])! }),
      units: unitsOf({
        'input-token': countOf(usage['input_tokens']), 'cached-input-token': countOf(usage['cache_read_input_tokens']), 'cache-write-token': countOf(usage['cache_creation_input_tokens']) - hour, 'cache-write-1h-token': hour,
        'output-token': countOf(usage['output_tokens']), search: countOf(fieldsOf(usage['server_tool_use'])['web_search_requests']),
      }),
    });
  }
  return [...answers.values()];
};

/** Token counts are events of their own; model and folder stand before them. Where only totals are given, differences count. */
export const codex: Importer = (text, file, problem) => {
  const uses: ImportedUse[] = [];
  let session = createHash('sha256').update(file).digest('hex').slice(0, 16);
  let model: string | null = null;
  let project: string | null = null;
  let before = { input: 0, cached: 0, output: 0, reasoning: 0 };
  let seen = '';
  for (const value of jsonValues(text, problem)) {
    const line = fieldsOf(value);
    const payload = fieldsOf(line['payload']);
    if (line['type'] === 'session_meta') { session = textOf(payload['id']) ?? session; project = textOf(payload['cwd']) ?? project; continue; }
    if (line['type'] === 'turn_context') { model = textOf(payload['model']) ?? model; project = textOf(payload['cwd']) ?? project; continue; }
    const info = fieldsOf(payload['info']);
    const time = textOf(line['timestamp']);
    if (line['type'] !== 'event_msg' || payload['type'] !== 'token_count' || Object.keys(info).length === 0 || !time) continue;
    const read = (of: unknown): typeof before => { const usage = fieldsOf(of); return { input: countOf(usage['input_tokens']), cached: countOf(usage['cached_input_tokens']), output: countOf(usage['output_tokens']), reasoning: countOf(usage['reasoning_output_tokens']) }; };
    const total = read(info['total_token_usage']);
    // The same totals are told again when limits are refreshed.
    const now = JSON.stringify(total);
    if (now === seen) continue;
    seen = now;
    const last = info['last_token_usage'] ? read(info['last_token_usage']) : { input: total.input - before.input, cached: total.cached - before.cached, output: total.output - before.output, reasoning: total.reasoning - before.reasoning };
    before = total;
    if (last.input + last.output <= 0) continue;
    uses.push({
      id: `codex/${session}/${createHash('sha256').update(`${time} ${now}`).digest('hex').slice(0, 16)}`, time, provider: 'openai', model: model ?? 'unknown', ...(project && { project }),
      units: unitsOf({ 'input-token': last.input - last.cached, 'cached-input-token': last.cached, 'output-token': last.output - last.reasoning, 'reasoning-token': last.reasoning }),
    });
  }
  if (uses.length > 0 && model === null) problem('no line names the model');
  return uses;
};

export const geminiCli: Importer = (text, file, problem) => jsonValues(text, problem).flatMap((value) => {
  const session = fieldsOf(value);
  return listOf(session['messages']).flatMap((each): ImportedUse[] => {
    const message = fieldsOf(each);
    const tokens = fieldsOf(message['tokens']);
    const time = textOf(message['timestamp']);
    if (message['type'] !== 'gemini' || Object.keys(tokens).length === 0 || !time) return [];
    const cached = countOf(tokens['cached']);
    return [{
      id: `gemini-cli/${textOf(session['sessionId']) ?? file}/${textOf(message['id']) ?? time}`, time, provider: 'google-gemini', model: textOf(message['model']) ?? 'unknown', ...(textOf(session['projectHash']) && { project: `gemini:${textOf(session['projectHash'])!.slice(0, 12)}` }),
      units: unitsOf({ 'input-token': countOf(tokens['input']) + countOf(tokens['tool']) - cached, 'cached-input-token': cached, 'output-token': countOf(tokens['output']), 'reasoning-token': countOf(tokens['thoughts']) }),
    }];
  });
});
