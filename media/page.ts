/** What every page needs: building elements, the way to the editor, sentences, and state that outlives a reload. */
import type { FromPage, Texts } from '../src/reporters/pages.js';
import { english, type Translate } from '../src/messages.js';

interface EditorApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor, or null in a page of its own. */
export const editor: EditorApi | null = typeof acquireVsCodeApi === 'function' ? acquireVsCodeApi() : null;

let texts: Texts = null;

export function speak(next: Texts): void {
  texts = next;
  document.documentElement.lang = next ? 'zh-CN' : 'en';
}

/** The sentence in the reader's language, with its values. */
export const t: Translate = (message, ...values) => english(texts?.[message] ?? message, ...values);

type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>>;

/** An element: attributes, `on…` listeners, children. No HTML is ever parsed. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes);
  for (const child of children) if (child) element.append(child);
  return element;
}

/** The same for drawings. */
export function s(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  apply(element, attributes);
  for (const child of children) if (child) element.append(child);
  return element;
}

function apply(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** State of the page, remembered by the editor or else by the session. */
export function remembered<T>(): T | null {
  return (editor?.getState() as T | undefined) ?? null;
}

export function remember(state: unknown): void {
  editor?.setState(state);
}

/** Says something to people who cannot see it happen. */
export function announce(words: string): void {
  let region = document.getElementById('live');
  if (!region) {
    region = h('div', { id: 'live', role: 'status', 'aria-live': 'polite', class: 'visually-hidden' });
    document.body.append(region);
  }
  region.textContent = words;
}

/** Runs `work` after the next paint: what is below the fold may come a moment later. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => { setTimeout(work); });
}

let waiting = new Map<string, () => void>();

/** Runs `work` once before the next paint, however often it is asked for. */
export function soon(key: string, work: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(() => {
    const now = waiting;
    waiting = new Map();
    for (const each of now.values()) each();
  });
  waiting.set(key, work);
}
