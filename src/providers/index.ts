/**
 * Every provider file, in the order in which alternatives are offered: makers of models first, then clouds and
 * hosts, then gateways, then the user's own machine. To add a provider: one YAML file, one import, one entry.
 */
import alibabaDashscope from './alibaba-dashscope.yaml';
import alipay from './alipay.yaml';
import antLing from './ant-ling.yaml';
import anthropic from './anthropic.yaml';
import articles from './articles.yaml';
import awsBedrock from './aws-bedrock.yaml';
import azureOpenai from './azure-openai.yaml';
import baiduQianfan from './baidu-qianfan.yaml';
import cloudflare from './cloudflare.yaml';
import cohere from './cohere.yaml';
import deepseek from './deepseek.yaml';
import fireworks from './fireworks.yaml';
import googleGemini from './google-gemini.yaml';
import googleVertex from './google-vertex.yaml';
import groq from './groq.yaml';
import holidays from './holidays.yaml';
import huggingface from './huggingface.yaml';
import imageRules from './imageRules.yaml';
import insights from './insights.yaml';
import litellm from './litellm.yaml';
import minimax from './minimax.yaml';
import mistral from './mistral.yaml';
import moonshot from './moonshot.yaml';
import ollama from './ollama.yaml';
import openai from './openai.yaml';
import openrouter from './openrouter.yaml';
import perplexity from './perplexity.yaml';
import portkey from './portkey.yaml';
import rates from './rates.yaml';
import residency from './residency.yaml';
import tencentHunyuan from './tencent-hunyuan.yaml';
import together from './together.yaml';
import tokenizerFamilies from './tokenizerFamilies.yaml';
import tokenmix from './tokenmix.yaml';
import vercel from './vercel.yaml';
import volcengineArk from './volcengine-ark.yaml';
import xai from './xai.yaml';
import zhipu from './zhipu.yaml';

/** A provider file: everything but its models, and these as JSON text, so that they are parsed only when asked for. */
export interface ProviderSource {
  readonly head: unknown;
  readonly models: string;
}

/** Provider files, before inheritance is lowered (see catalog.ts). */
export const providerFiles = [
  openai, anthropic, googleGemini, deepseek, alibabaDashscope, mistral, xai, moonshot, zhipu, minimax, cohere,
  perplexity, volcengineArk, baiduQianfan, tencentHunyuan, antLing, alipay,
  azureOpenai, googleVertex, awsBedrock, groq, together, fireworks, cloudflare, huggingface,
  openrouter, vercel, litellm, portkey, tokenmix, ollama,
] as readonly ProviderSource[];

/** Exchange rates file as parsed. */
export const ratesFile: unknown = rates;

/** Tokenizer families file as parsed: family name → tokenizer, basis and factor. */
export const tokenizerFamiliesFile: unknown = tokenizerFamilies;

/** Rules for pictures, sound and video as parsed. */
export const imageRulesFile: unknown = imageRules;

/** What behaviour rules know about vendors, as parsed. */
export const insightsFile: unknown = insights;

/** Rules of place, terms of retention and training, and makers of models, as parsed. */
export const residencyFile: unknown = residency;

/** Calendars of holidays as parsed. */
export const holidaysFile: unknown = holidays;

/** Claims of the three articles that belong to no provider, as parsed. */
export const articlesFile: unknown = articles;
