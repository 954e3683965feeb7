/** Every SDK that calls can be written for; a new one is one file and one line here. */
import type { SwitchSdk } from '../core/rewrite.js';
import { anthropic } from './anthropic.js';
import { compatibilityOf } from './compatibility.js';
import { dashscope } from './dashscope.js';
import { google } from './google.js';
import { mistral } from './mistral.js';
import { litellm, openaiChat, openaiResponses } from './openai.js';
import { vercel } from './vercel.js';

export { compatibilityOf };

export const switchSdks: readonly SwitchSdk[] = [openaiChat, openaiResponses, anthropic, google, mistral, dashscope, litellm, vercel];
