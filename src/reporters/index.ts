/** Every output format of `tokenfare scan`. */
export { json } from './json.js';
export { text } from './text.js';
export { github } from './github.js';
export { sarif } from './sarif.js';
