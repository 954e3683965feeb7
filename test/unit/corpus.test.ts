/** The annotated corpus is as large as we say, and has every SDK in every language that it exists for. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const files = globSync('test/fixtures/*/*/*').filter((file) => !file.startsWith('test/fixtures/switch/')).sort();
const count = (text: string, words: RegExp): number => text.match(words)?.length ?? 0;
const corpus = files.map((file) => {
  const [, , language, sdk] = file.split('/');
  const text = readFileSync(file, 'utf8');
  return { language: language!, sdk: sdk!, calls: count(text, /(?:#|\/\/)\s*expect:/g), negatives: count(text, /no call:/g) };
});
const sum = (of: (each: (typeof corpus)[number]) => number): number => corpus.reduce((all, each) => all + of(each), 0);

/** Rows of SDKs by the languages that their packages exist for (vendors' documentation, 2026-11). */
const rows: Readonly<Record<string, readonly string[]>> = {
  python: ['openai', 'anthropic', 'google-genai', 'google-generativeai', 'vertexai', 'bedrock', 'mistral', 'cohere', 'groq', 'together', 'dashscope', 'qianfan', 'ark', 'zhipuai', 'ollama', 'huggingface', 'replicate', 'litellm', 'langchain', 'llama-index', 'pydantic-ai', 'instructor', 'semantic-kernel', 'autogen', 'crewai', 'openai-agents', 'http'],
  typescript: ['openai', 'azure-openai-js', 'anthropic', 'google-genai', 'google-generativeai', 'bedrock', 'mistral', 'cohere', 'groq', 'together', 'ollama', 'huggingface', 'replicate', 'vercel-ai', 'langchain', 'http'],
  javascript: ['openai', 'anthropic', 'google-genai', 'bedrock', 'mistral', 'groq', 'vercel-ai', 'langchain', 'http'],
  go: ['openai-go', 'go-openai', 'anthropic-go', 'genai-go', 'bedrock-go', 'ollama-go', 'langchaingo', 'http'],
  java: ['openai-java', 'azure-openai-java', 'anthropic-java', 'google-genai-java', 'bedrock-java', 'dashscope-java', 'ark-java', 'zhipu-java', 'hunyuan-java', 'spring-ai', 'langchain4j', 'http'],
  kotlin: ['openai-java', 'openai-kotlin', 'anthropic-java', 'langchain4j', 'spring-ai'],
  csharp: ['openai-dotnet', 'azure-openai-dotnet', 'anthropic-dotnet', 'google-genai-dotnet', 'bedrock-dotnet', 'ollamasharp', 'semantic-kernel-dotnet', 'extensions-ai', 'http'],
  php: ['openai-php', 'anthropic-php', 'gemini-php', 'prism', 'http'],
  ruby: ['openai-ruby', 'anthropic-ruby', 'gemini-ruby', 'langchainrb', 'ruby-llm', 'http'],
  rust: ['async-openai', 'bedrock-rust', 'genai-rs', 'ollama-rs', 'rig', 'http'],
  shellscript: ['http'], powershell: ['http'], http: ['http'], vue: ['openai'], svelte: ['openai'],
  prompty: ['prompty'], dotprompt: ['dotprompt'], 'github-prompt': ['github-models'], promptfoo: ['promptfoo'], yaml: ['litellm-proxy'],
};

describe('the corpus', () => {
  test('has at least 400 calls and 60 negatives', () => {
    const calls = sum((each) => each.calls);
    const negatives = sum((each) => each.negatives);
    const languages = [...new Set(corpus.map((each) => each.language))].map((language) => `${language} ${corpus.filter((each) => each.language === language).reduce((all, each) => all + each.calls, 0)}`);
    console.log(`corpus: ${calls} calls and ${negatives} negatives in ${files.length} files; ${languages.join(', ')}`);
    expect(calls).toBeGreaterThanOrEqual(400);
    expect(negatives).toBeGreaterThanOrEqual(60);
  });

  test.each(Object.entries(rows).flatMap(([language, sdks]) => sdks.map((sdk) => [language, sdk] as const)))('%s: %s', (language, sdk) => {
    expect(corpus.filter((each) => each.language === language && each.sdk === sdk).reduce((all, each) => all + each.calls, 0)).toBeGreaterThan(0);
  });

  test.each(['python', 'typescript', 'typescriptreact', 'javascript', 'go', 'java', 'kotlin', 'csharp', 'php', 'ruby', 'rust', 'shellscript', 'powershell'])('negatives of %s', (language) => {
    expect(corpus.filter((each) => each.language === language).reduce((all, each) => all + each.negatives, 0)).toBeGreaterThan(0);
  });
});
