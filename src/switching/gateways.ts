/** Gateways: what they call models, whose key they take, what they need besides (vendors' documentation, checked 2026-11-23). */
import type { ProviderId } from '../core/model.js';
import type { GatewayForm } from '../core/rewrite.js';

/** Names of makers that most gateways share; the rest is called by the catalog's own name. */
const makers: Readonly<Record<ProviderId, string>> = {
  'google-gemini': 'google', 'google-vertex': 'google', mistral: 'mistralai', 'alibaba-dashscope': 'qwen', xai: 'x-ai', moonshot: 'moonshotai', zhipu: 'z-ai', 'azure-openai': 'openai', 'baidu-qianfan': 'baidu', 'tencent-hunyuan': 'tencent', 'volcengine-ark': 'bytedance-seed',
};
/** LiteLLM's own names. */
const litellm: Readonly<Record<ProviderId, string>> = {
  'google-gemini': 'gemini', 'google-vertex': 'vertex_ai', 'azure-openai': 'azure', 'aws-bedrock': 'bedrock', together: 'together_ai', fireworks: 'fireworks_ai', 'alibaba-dashscope': 'dashscope', 'volcengine-ark': 'volcengine', zhipu: 'zai',
};
/** Cloudflare's and Portkey's own names. */
const plain: Readonly<Record<ProviderId, string>> = { 'google-gemini': 'google-ai-studio', 'azure-openai': 'azure-openai', xai: 'grok', 'alibaba-dashscope': 'alibaba' };
const portkey: Readonly<Record<ProviderId, string>> = { 'google-gemini': 'google', 'google-vertex': 'vertex-ai', mistral: 'mistral-ai', xai: 'x-ai', together: 'together-ai', fireworks: 'fireworks-ai', 'alibaba-dashscope': 'dashscope', 'aws-bedrock': 'bedrock' };

const prefixed = (names: Readonly<Record<ProviderId, string>>) => (upstream: ProviderId, model: string): string => (model.includes('/') ? model : `${names[upstream] ?? upstream}/${model}`);

export const gateways: Readonly<Record<ProviderId, GatewayForm>> = {
  openrouter: { model: prefixed(makers), fallbacks: 'models' },
  litellm: { model: prefixed(litellm), fallbacks: 'fallbacks' },
  portkey: { model: (_upstream, model) => model, keepsKey: true, headers: (upstream) => ({ 'x-portkey-api-key': '{PORTKEY_API_KEY}', 'x-portkey-provider': portkey[upstream] ?? upstream }) },
  cloudflare: { model: prefixed(plain), keepsKey: true, baseUrl: 'https://gateway.ai.cloudflare.com/v1/{CLOUDFLARE_ACCOUNT_ID}/{CLOUDFLARE_GATEWAY_ID}/compat', headers: () => ({ 'cf-aig-authorization': 'Bearer {CLOUDFLARE_API_TOKEN}' }) },
  tokenmix: { model: (_upstream, model) => model },
};
