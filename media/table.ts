/**
 * A table for the keyboard and for thousands of rows: sorting by column heads, arrow keys from row to row, Enter opens,
 * Space pins, columns that can be left out. Of a long list only the rows in sight are in the document.
 */
import { h, soon, t } from './page.js';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly right?: boolean;
  /** A sentence rather than a word. */
  readonly wide?: boolean;
  /** Left out until somebody chooses it. */
  readonly optional?: boolean;
  /** What it is sorted by; null goes last. */
  value(row: Row): number | string | null;
  text(row: Row): string;
  /** More than fits: shown on hover and read out. */
  hint?(row: Row): string | null;
  mark?(row: Row): string | null;
}

export interface TableState {
  sort: string | null;
  descending: boolean;
  /** Columns chosen; null = those that are not optional. */
  columns: readonly string[] | null;
  pinned: readonly string[];
}

export interface TableOptions<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly state: TableState;
  readonly onChange: () => void;
  readonly onSelect?: (row: Row) => void;
  readonly onOpen?: (row: Row) => void;
  readonly rowClass?: (row: Row) => string;
  /** Rows that stay on top by themselves. */
  readonly first?: (row: Row) => boolean;
}

export interface Table<Row> {
  readonly element: HTMLElement;
  /** Puts other rows in. */
  show(rows: readonly Row[]): void;
  /** Puts the same rows with other figures in, in the order they stand in. */
  refresh(rows: readonly Row[]): void;
  /** The rows that are in the document. */
  inSight(): readonly Row[];
  /** The rows as they stand, sorted. */
  sorted(): readonly Row[];
  selected(): Row | null;
  select(key: string): void;
  /** Columns shown. */
  shown(): readonly Column<Row>[];
}

const rowHeight = 26;
const margin = 12;
/** From this length on, only the rows in sight are drawn. */
const longList = 120;
let tables = 0;

export function createTable<Row>(options: TableOptions<Row>): Table<Row> {
  const { columns, keyOf, state } = options;
  const prefix = `columns-${++tables}`;
  let rows: readonly Row[] = [];
  let order: readonly Row[] = [];
  let selectedKey: string | null = null;
  let focusWanted = false;
  /** Part of the order that is in the document. */
  let sight: readonly [number, number] = [0, 0];

  const head = h('thead');
  const body = h('tbody');
  const table = h('table', { role: 'grid', 'aria-label': options.label }, head, body);
  const scroller = h('div', { class: 'scroller', tabindex: -1 }, table);
  const chooser = h('details', { class: 'columns' }, h('summary', {}, t('Columns')));
  const element = h('div', { class: 'table' }, scroller, chooser);
  const [above, below] = [h('tr', { class: 'spacer', 'aria-hidden': 'true' }, h('td')), h('tr', { class: 'spacer', 'aria-hidden': 'true' }, h('td'))];

  const shown = (): readonly Column<Row>[] => columns.filter((column) => (state.columns ? state.columns.includes(column.id) : !column.optional));

  const choices = h('div', { class: 'choices', role: 'group', 'aria-label': t('Columns') });
  columns.forEach((column, index) => {
    const box = h('input', { type: 'checkbox', id: `${prefix}-${column.id}`, onchange: () => {
      const now = new Set(shown().map(({ id }) => id));
      if (box.checked) now.add(column.id);
      else now.delete(column.id);
      state.columns = columns.filter(({ id }) => now.has(id)).map(({ id }) => id);
      drawHead();
      draw();
      options.onChange();
    } });
    box.checked = shown().includes(column);
    box.disabled = index === 0;
    choices.append(h('label', { for: `${prefix}-${column.id}` }, box, column.title));
  });
  chooser.append(choices);

  const sort = (): void => {
    const column = columns.find(({ id }) => id === state.sort);
    const pinned = new Set(state.pinned);
    const rank = (row: Row): number => (options.first?.(row) ? 0 : pinned.has(keyOf(row)) ? 1 : 2);
    const sign = state.descending ? -1 : 1;
    order = rows.map((row, index) => ({ row, index, rank: rank(row), value: column ? column.value(row) : null }))
      .sort((a, b) => a.rank - b.rank || (column ? compare(a.value, b.value, sign) : 0) || a.index - b.index).map(({ row }) => row);
  };

  const drawHead = (): void => {
    head.replaceChildren(h('tr', {}, ...shown().map((column) => {
      const isSorted = state.sort === column.id;
      return h('th', { scope: 'col', class: column.right ? 'right' : '', 'aria-sort': isSorted ? (state.descending ? 'descending' : 'ascending') : 'none' },
        h('button', { type: 'button', 'data-column': column.id, onclick: () => {
          state.descending = isSorted ? !state.descending : false;
          state.sort = column.id;
          sort();
          drawHead();
          draw();
          head.querySelector<HTMLElement>(`[data-column="${column.id}"]`)?.focus();
          options.onChange();
        } }, column.title, h('span', { class: 'arrow', 'aria-hidden': 'true' }, isSorted ? (state.descending ? ' ▾' : ' ▴') : '')));
    })));
  };

  /** Rows of the document, used again for whatever is in sight: only what differs is touched. */
  const lines: Line[] = [];
  let lineColumns = '';
  const lineAt = (position: number, visible: readonly Column<Row>[]): Line => {
    let line = lines[position];
    if (!line) {
      const cells = visible.map((column, place) => h(place === 0 ? 'th' : 'td', { class: classOf(column), ...(place === 0 && { scope: 'row' }) }));
      lines[position] = line = { row: h('tr', {}, ...cells), cells, texts: [] };
    }
    return line;
  };
  const classOf = ({ right, wide }: Column<Row>): string => (right ? 'right' : wide ? 'wide' : '');
  const fill = (line: Line, row: Row, index: number, visible: readonly Column<Row>[]): HTMLTableRowElement => {
    const key = keyOf(row);
    const pinned = state.pinned.includes(key);
    const isSelected = key === selectedKey;
    put(line.row, 'data-key', key);
    put(line.row, 'tabindex', isSelected ? '0' : '-1');
    put(line.row, 'aria-rowindex', String(index + 2));
    put(line.row, 'aria-selected', String(isSelected));
    put(line.row, 'class', `${options.rowClass?.(row) ?? ''}${pinned ? ' pinned' : ''}`);
    visible.forEach((column, place) => {
      const cell = line.cells[place]!;
      const text = column.text(row);
      const hasPin = place === 0 && pinned;
      const shownText = hasPin ? `pinned ${text}` : text;
      if (line.texts[place] !== shownText) {
        line.texts[place] = shownText;
        cell.replaceChildren(...(hasPin ? [h('span', { class: 'pin', 'aria-label': t('pinned') }, '📌 ')] : []), text);
      }
      put(cell, 'class', [classOf(column), column.mark?.(row) ?? ''].filter(Boolean).join(' '));
      put(cell, 'title', column.hint?.(row) ?? (text.length > 28 ? text : null));
    });
    return line.row;
  };

  const draw = (): void => {
    const visible = shown();
    const columnsNow = visible.map(({ id }) => id).join();
    if (columnsNow !== lineColumns) { lines.length = 0; lineColumns = columnsNow; }
    const whole = order.length <= longList;
    const top = whole ? 0 : Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - margin);
    const end = whole ? order.length : Math.min(order.length, top + Math.ceil((scroller.clientHeight || 600) / rowHeight) + 2 * margin);
    if (selectedKey === null || !order.some((row) => keyOf(row) === selectedKey)) selectedKey = order[0] ? keyOf(order[0]) : null;
    put(table, 'aria-rowcount', String(order.length + 1));
    const hadFocus = body.contains(document.activeElement) || focusWanted;
    focusWanted = false;
    sight = [top, end];
    const parts: HTMLTableRowElement[] = [];
    if (top > 0) parts.push(space(above, top, visible.length));
    for (let index = top; index < end; index++) parts.push(fill(lineAt(index - top, visible), order[index]!, index, visible));
    if (end < order.length) parts.push(space(below, order.length - end, visible.length));
    if (parts.length === 0) parts.push(h('tr', { class: 'empty' }, h('td', { colspan: visible.length }, t('Nothing matches.'))));
    if (parts.length !== body.childNodes.length || parts.some((part, position) => part !== body.childNodes[position])) body.replaceChildren(...parts);
    if (hadFocus) current()?.focus({ preventScroll: true });
  };

  const current = (): HTMLElement | null => [...body.querySelectorAll<HTMLElement>('tr[data-key]')].find((row) => row.dataset['key'] === selectedKey) ?? null;

  const select = (index: number, focus: boolean): void => {
    const row = order[Math.max(0, Math.min(order.length - 1, index))];
    if (!row) return;
    selectedKey = keyOf(row);
    const at = order.indexOf(row) * rowHeight;
    const room = scroller.clientHeight - rowHeight * 2;
    if (at < scroller.scrollTop) scroller.scrollTop = at;
    else if (at > scroller.scrollTop + room) scroller.scrollTop = at - room;
    focusWanted = focus;
    draw();
    options.onSelect?.(row);
  };

  const indexOfSelected = (): number => order.findIndex((row) => keyOf(row) === selectedKey);
  body.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -order.length, End: order.length };
    const step = steps[event.key];
    const row = order[indexOfSelected()];
    if (step !== undefined) select(indexOfSelected() + step, true);
    else if (event.key === 'Enter' && row) options.onOpen?.(row);
    else if (event.key === ' ' && row) pin(row);
    else return;
    event.preventDefault();
  });
  const pin = (row: Row): void => {
    const key = keyOf(row);
    state.pinned = state.pinned.includes(key) ? state.pinned.filter((each) => each !== key) : [...state.pinned, key];
    focusWanted = true;
    sort();
    draw();
    options.onChange();
  };
  const keyAt = (event: Event): string | undefined => (event.target as Element).closest<HTMLElement>('tr[data-key]')?.dataset['key'];
  body.addEventListener('click', (event) => {
    const index = order.findIndex((row) => keyOf(row) === keyAt(event));
    if (index >= 0) select(index, true);
  });
  body.addEventListener('dblclick', (event) => {
    const row = order.find((each) => keyOf(each) === keyAt(event));
    if (row) options.onOpen?.(row);
  });
  scroller.addEventListener('scroll', () => { if (order.length > longList) soon(`table ${options.label}`, draw); });

  drawHead();
  return {
    element,
    show(next) {
      rows = next;
      sort();
      draw();
    },
    refresh(next) {
      rows = next;
      const byKey = new Map(next.map((row) => [keyOf(row), row]));
      order = order.flatMap((row) => byKey.get(keyOf(row)) ?? []);
      draw();
    },
    inSight: () => order.slice(...sight),
    sorted: () => order,
    selected: () => order[indexOfSelected()] ?? null,
    select(key) { select(order.findIndex((row) => keyOf(row) === key), false); },
    shown,
  };
}

interface Line {
  readonly row: HTMLTableRowElement;
  readonly cells: readonly HTMLElement[];
  /** What the cells say. */
  readonly texts: string[];
}

/** Sets an attribute when it differs. */
function put(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** A row in the place of `count` rows that are out of sight. */
function space(row: HTMLTableRowElement, count: number, columns: number): HTMLTableRowElement {
  const cell = row.firstElementChild as HTMLElement;
  put(cell, 'colspan', String(columns));
  cell.style.height = `${count * rowHeight}px`;
  return row;
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Null last, whichever way it is sorted. */
function compare(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
}
