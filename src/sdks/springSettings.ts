/**
 * Spring AI keeps model and vendor out of the code: in `application.yml` or `application.properties` of the module, and in
 * the starter among its dependencies. Names as in the Spring AI reference, "Chat Models", read 2026-11-25.
 */
import { parseAllDocuments } from 'yaml';
import type { Operation, ProviderId } from '../core/model.js';
import type { ProjectSettings } from '../core/sdk.js';

/** Segment behind `spring.ai.` or in the starter's name → provider. */
const vendors: Readonly<Record<string, ProviderId>> = {
  'openai': 'openai', 'azure.openai': 'azure-openai', 'azure-openai': 'azure-openai', 'anthropic': 'anthropic', 'ollama': 'ollama', 'mistralai': 'mistral', 'mistral-ai': 'mistral', 'mistral': 'mistral',
  'google.genai': 'google-gemini', 'google-genai': 'google-gemini', 'vertex.ai.gemini': 'google-vertex', 'vertex-ai-gemini': 'google-vertex', 'vertex.ai.embedding': 'google-vertex', 'bedrock': 'aws-bedrock', 'bedrock.converse': 'aws-bedrock', 'bedrock-converse': 'aws-bedrock', 'bedrock-ai': 'aws-bedrock',
  'deepseek': 'deepseek', 'zhipuai': 'zhipu', 'minimax': 'minimax', 'moonshot': 'moonshot', 'qianfan': 'baidu-qianfan', 'huggingface': 'huggingface', 'dashscope': 'alibaba-dashscope',
};
const kinds: Readonly<Record<string, Operation>> = { chat: 'chat', embedding: 'embedding', image: 'image', 'audio.speech': 'speech', 'audio.transcription': 'audio-transcription' };

/** Flat `a.b.c` → value of a settings file; several documents (profiles) one after the other, the first wins. */
function flattened(text: string, isYaml: boolean): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const put = (key: string, value: string): void => { if (!found.has(key)) found.set(key, value.replace(/^\$\{[^:{}]*:([^{}]*)\}$/, '$1')); };
  if (!isYaml) {
    for (const line of text.split(/\r?\n/)) {
      const match = /^\s*(?![#!])([\w.\-[\]]+)\s*[=:]\s*(.*?)\s*$/.exec(line);
      if (match) put(match[1]!, match[2]!);
    }
    return found;
  }
  const visit = (value: unknown, path: string, depth: number): void => {
    if (depth > 12) return;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) for (const [key, inner] of Object.entries(value)) visit(inner, path ? `${path}.${key}` : key, depth + 1);
    else if (typeof value === 'string' || typeof value === 'number') put(path, String(value));
  };
  try {
    for (const document of parseAllDocuments(text)) if ('toJS' in document) visit(document.toJS(), '', 0);
  } catch {
    // A broken file says nothing; Spring itself complains about it.
  }
  return found;
}

/** Reads what the module of a source file says; null when it says nothing of Spring AI. */
export function springSettings(path: string, read: (path: string) => string | null | undefined): ProjectSettings | null {
  const source = /^(.*?)\/src\/(?:main|test)\/(?:java|kotlin)\//.exec(path);
  if (!source) return null;
  const module = source[1]!;
  const models = new Map<Operation, Map<ProviderId, string>>();
  const named = new Set<ProviderId>();
  for (const name of ['application.yml', 'application.yaml', 'application.properties']) {
    const text = read(`${module}/src/main/resources/${name}`);
    if (typeof text !== 'string' || text.length > 200_000) continue;
    for (const [key, value] of flattened(text, !name.endsWith('.properties'))) {
      const parts = /^spring\.ai\.([\w.-]+)$/.exec(key)?.[1]?.split('.');
      if (!parts) continue;
      const vendor = [2, 3, 1].map((length) => vendors[parts.slice(0, length).join('.')]).find((each) => each !== undefined);
      if (!vendor) continue;
      named.add(vendor);
      const rest = /(?:^|\.)(chat|embedding|image|audio\.speech|audio\.transcription)\.(?:options\.)?(?:model|deployment-name)$/.exec(parts.join('.'));
      if (!rest || value === '' || value.startsWith('${')) continue;
      const operation = kinds[rest[1]!]!;
      const known = models.get(operation) ?? new Map<ProviderId, string>();
      if (!known.has(vendor)) known.set(vendor, value);
      models.set(operation, known);
    }
  }
  const starters = new Set<ProviderId>();
  for (const name of ['build.gradle', 'build.gradle.kts', 'pom.xml']) {
    const text = read(`${module}/${name}`);
    if (typeof text !== 'string') continue;
    for (const [, vendor] of text.matchAll(/spring-ai(?:-alibaba)?-starter(?:-model)?-([a-z-]+?)(?=["'<:\s])/g)) if (vendors[vendor!]) starters.add(vendors[vendor!]!);
    for (const [, vendor] of text.matchAll(/spring-ai-([a-z-]+?)-spring-boot-starter/g)) if (vendors[vendor!]) starters.add(vendors[vendor!]!);
  }
  const offered = starters.size > 0 ? starters : named;
  return {
    for(operation) {
      const known = models.get(operation);
      // A model named for this kind of request says most, unless a vendor that is named for nothing may be meant; else the only vendor there is.
      const isNamed = (vendor: ProviderId): boolean => [...models.values()].some((each) => each.has(vendor));
      const candidates = known && [...offered].every(isNamed) ? [...known.keys()].filter((each) => offered.has(each)) : [];
      const provider = candidates.length === 1 ? candidates[0]! : offered.size === 1 ? [...offered][0]! : null;
      return { provider, model: provider ? known?.get(provider) ?? null : null };
    },
  };
}
