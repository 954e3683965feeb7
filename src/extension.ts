/** Entry on desktop, remote and code-server. */
export { activate } from './extension.shared.js';
