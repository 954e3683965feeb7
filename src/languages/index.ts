/** Every language the engine reads; a new one is one file and one line here. */
import type { Language } from '../core/expression.js';
import { python } from './python.js';
import { typescript } from './typescript.js';

export const languages: readonly Language[] = [python, typescript];
