/** Every SDK the engine knows; a new one is one file and one line here. */
import type { Sdk } from '../core/sdk.js';
import { anthropic } from './anthropic.js';
import { dashscope } from './dashscope.js';
import { googleGenai, googleLegacy } from './googleGenai.js';
import { mistral } from './mistral.js';
import { ark, groq, openai, together, zhipu } from './openai.js';

export const sdks: readonly Sdk[] = [openai, anthropic, googleGenai, googleLegacy, dashscope, mistral, groq, together, ark, zhipu];
