/** Every SDK the engine knows; a new one is one file and one line here. */
import type { Sdk } from '../core/sdk.js';
import { ag2, agentChat, agno, browserUse, crewAi, embedchain, googleAdk } from './agentFrameworks.js';
import { anthropic } from './anthropic.js';
import { azureInference, azureOpenaiJs } from './azureInference.js';
import { csharpSdks } from './csharpSdks.js';
import { goSdks } from './goSdks.js';
import { javaSdks } from './javaSdks.js';
import { kotlinSdks } from './kotlinSdks.js';
import { phpSdks } from './phpSdks.js';
import { rubySdks } from './rubySdks.js';
import { rustSdks } from './rustSdks.js';
import { bedrock } from './bedrock.js';
import { cohere } from './cohere.js';
import { dashscope } from './dashscope.js';
import { agentsSdk, autogen, claudeAgent, dspy, instructor, llamaIndex, pydanticAi, semanticKernel, smolagents } from './frameworks.js';
import { openrouter, portkey } from './gateways.js';
import { googleGenai, googleLegacy, vertexLegacy } from './googleGenai.js';
import { http } from './http.js';
import { huggingface } from './huggingface.js';
import { langchain } from './langchain.js';
import { litellm } from './litellm.js';
import { mistral } from './mistral.js';
import { ollama } from './ollama.js';
import { ark, cerebras, chatgptJs, groq, openai, perplexity, together, zhipu } from './openai.js';
import { promptFormats } from './promptFormats.js';
import { qianfan } from './qianfan.js';
import { replicate } from './replicate.js';
import { mastra, vercelAi, vercelProviders } from './vercelAi.js';

export const sdks: readonly Sdk[] = [
  openai, anthropic, googleGenai, googleLegacy, vertexLegacy, dashscope, mistral, groq, together, perplexity, cerebras, ark, zhipu, chatgptJs, portkey, openrouter,
  litellm, langchain, vercelAi, vercelProviders, bedrock, ollama, cohere, huggingface, http, qianfan, replicate,
  llamaIndex, pydanticAi, instructor, agentsSdk, crewAi, dspy, smolagents, autogen, semanticKernel,
  googleAdk, agno, ag2, agentChat, browserUse, embedchain, azureOpenaiJs, azureInference, mastra, claudeAgent,
  ...goSdks, ...javaSdks, ...kotlinSdks, ...csharpSdks, ...phpSdks, ...rubySdks, ...rustSdks, ...promptFormats,
];
