/** Entry in the browser's extension host. */
export { activate } from './extension.shared.js';
