/** Every language the engine reads; a new one is one file and one line here. */
import type { Language } from '../core/expression.js';
import { csharp } from './csharp.js';
import { go } from './go.js';
import { httpFile } from './httpFile.js';
import { java } from './java.js';
import { kotlin } from './kotlin.js';
import { php } from './php.js';
import { powershell } from './powershell.js';
import { promptFiles } from './promptFile.js';
import { python } from './python.js';
import { ruby } from './ruby.js';
import { rust } from './rust.js';
import { shell } from './shell.js';
import { typescript } from './typescript.js';

export const languages: readonly Language[] = [python, typescript, go, java, kotlin, csharp, php, ruby, rust, shell, powershell, httpFile, ...promptFiles];
