/**
 * Drawings of the pages, as SVG built element by element, so that they can be read out, styled by the theme and saved as
 * they are. (A canvas library could do neither the first nor the last.)
 */
import { h, s } from './page.js';

export interface RangeBar {
  readonly label: string;
  readonly low: number;
  readonly likely: number;
  /** Null: no upper bound is known; drawn open. */
  readonly high: number | null;
  readonly text: string;
  readonly strong?: boolean;
  readonly muted?: boolean;
}

const labelWidth = 230;
const textWidth = 170;
const width = 860;
const barHeight = 22;

/** Lines from low to high with the likely value as a dot; logarithmic when the values differ by more than 50 times. */
export function rangesChart(title: string, bars: readonly RangeBar[], logarithmic = isWide(bars)): SVGSVGElement {
  const room = width - labelWidth - textWidth;
  const most = Math.max(1e-12, ...bars.map((bar) => bar.high ?? bar.likely * 1.5));
  const least = Math.min(...bars.map((bar) => (bar.low > 0 ? bar.low : bar.likely)).filter((value) => value > 0), most);
  const x = (value: number): number => labelWidth + room * (logarithmic
    ? Math.max(0, Math.log(Math.max(value, least) / least) / Math.max(1e-9, Math.log(most / least))) : value / most);
  const height = bars.length * barHeight + 8;
  const picture = frame(title, height);
  bars.forEach((bar, index) => {
    const y = index * barHeight + barHeight / 2 + 4;
    const [from, to] = [x(bar.low), bar.high === null ? labelWidth + room : x(bar.high)];
    picture.append(s('g', { class: `bar${bar.strong ? ' strong' : ''}${bar.muted && !bar.strong ? ' muted' : ''}`, role: 'listitem', 'aria-label': `${bar.label}: ${bar.text}` },
      s('title', {}, `${bar.label}: ${bar.text}`),
      s('text', { x: labelWidth - 8, y: y + 4, 'text-anchor': 'end', class: 'label' }, cut(bar.label, 31)),
      s('line', { x1: from, x2: Math.max(to, from + 1), y1: y, y2: y, class: bar.high === null ? 'range open' : 'range' }),
      s('circle', { cx: x(bar.likely), cy: y, r: 4.5, class: 'likely' }),
      s('text', { x: width - textWidth + 8, y: y + 4, class: 'figure' }, bar.text)));
  });
  return picture;
}

export interface Point {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly strong?: boolean;
}

/** Cost to the right (logarithmic), quality upwards. */
export function scatterChart(title: string, all: readonly Point[], xTitle: string, yTitle: string, xText: (value: number) => string): SVGSVGElement {
  // Endpoints of one model at one price are one point.
  const points = all.filter((point, index) => point.x > 0 && all.findIndex((other) => other.label === point.label && other.x === point.x && other.y === point.y) === index);
  const height = 320;
  const [left, right, top, bottom] = [70, 150, 16, 52];
  const picture = frame(title, height);
  const xs = points.map((point) => point.x).filter((value) => value > 0);
  const ys = points.map((point) => point.y);
  const [minX, maxX] = [Math.min(...xs) / 1.3, Math.max(...xs) * 1.3];
  const gap = Math.max(1, (Math.max(...ys) - Math.min(...ys)) * 0.15);
  const [minY, maxY] = [Math.min(...ys) - gap, Math.max(...ys) + gap];
  const x = (value: number): number => left + (width - left - right) * (Math.log(value / minX) / Math.log(maxX / minX));
  const y = (value: number): number => height - bottom - (height - top - bottom) * ((value - minY) / (maxY - minY));
  picture.append(
    s('line', { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, class: 'axis' }),
    s('line', { x1: left, x2: left, y1: top, y2: height - bottom, class: 'axis' }),
    s('text', { x: (left + width - right) / 2, y: height - 8, 'text-anchor': 'middle', class: 'label' }, xTitle),
    s('text', { x: 14, y: height / 2, 'text-anchor': 'middle', transform: `rotate(-90 14 ${height / 2})`, class: 'label' }, yTitle));
  for (const part of [0, 0.5, 1]) {
    const [valueX, valueY] = [minX * (maxX / minX) ** part, minY + (maxY - minY) * part];
    picture.append(
      s('line', { x1: x(valueX), x2: x(valueX), y1: height - bottom, y2: height - bottom + 4, class: 'axis' }),
      s('text', { x: x(valueX), y: height - bottom + 17, 'text-anchor': 'middle', class: 'label' }, xText(valueX)),
      s('line', { x1: left - 4, x2: left, y1: y(valueY), y2: y(valueY), class: 'axis' }),
      s('text', { x: left - 8, y: y(valueY) + 4, 'text-anchor': 'end', class: 'label' }, valueY.toFixed(1)));
  }
  const taken: { readonly x: number; readonly y: number }[] = [];
  for (const point of points) {
    const [px, py] = [x(point.x), y(point.y)];
    let labelY = py + 4;
    // Names do not lie on each other.
    while (taken.some((other) => Math.abs(other.y - labelY) < 13 && Math.abs(other.x - px) < 130)) labelY += 13;
    taken.push({ x: px, y: labelY });
    picture.append(s('g', { class: `point${point.strong ? ' strong' : ''}`, role: 'listitem', 'aria-label': `${point.label}: ${point.text}` },
      s('title', {}, `${point.label}: ${point.text}`), s('circle', { cx: px, cy: py, r: 5, class: 'likely' }), s('text', { x: px + 9, y: labelY, class: 'label' }, cut(point.label, 24))));
  }
  return picture;
}

/** Bars from one value to another around a middle: what moves a number most. */
export function tornadoChart(title: string, middle: number, bars: readonly { readonly label: string; readonly from: number; readonly to: number; readonly text: string }[]): SVGSVGElement {
  const room = width - labelWidth - textWidth;
  const least = Math.min(middle, ...bars.flatMap(({ from, to }) => [from, to]));
  const most = Math.max(middle, ...bars.flatMap(({ from, to }) => [from, to]));
  const x = (value: number): number => labelWidth + (most > least ? (room * (value - least)) / (most - least) : room / 2);
  const picture = frame(title, bars.length * barHeight + 8);
  bars.forEach((bar, index) => {
    const y = index * barHeight + 7;
    const [from, to] = [Math.min(x(bar.from), x(bar.to)), Math.max(x(bar.from), x(bar.to))];
    picture.append(s('g', { class: 'bar', role: 'listitem', 'aria-label': `${bar.label}: ${bar.text}` }, s('title', {}, `${bar.label}: ${bar.text}`),
      s('text', { x: labelWidth - 8, y: y + 12, 'text-anchor': 'end', class: 'label' }, cut(bar.label, 31)),
      s('rect', { x: from, y, width: Math.max(2, to - from), height: barHeight - 8, class: 'area' }),
      s('text', { x: width - textWidth + 8, y: y + 12, class: 'figure' }, bar.text)));
  });
  picture.append(s('line', { x1: x(middle), x2: x(middle), y1: 2, y2: bars.length * barHeight + 4, class: 'axis' }));
  return picture;
}

/** Parts of a whole as bars. */
export function sharesChart(title: string, parts: readonly { readonly label: string; readonly value: number; readonly text: string }[]): SVGSVGElement {
  const room = width - labelWidth - textWidth;
  const most = Math.max(1e-12, ...parts.map(({ value }) => value));
  const picture = frame(title, parts.length * barHeight + 8);
  parts.forEach((part, index) => {
    const y = index * barHeight + 6;
    picture.append(s('g', { class: 'bar', role: 'listitem', 'aria-label': `${part.label}: ${part.text}` }, s('title', {}, `${part.label}: ${part.text}`),
      s('text', { x: labelWidth - 8, y: y + 12, 'text-anchor': 'end', class: 'label' }, cut(part.label, 31)),
      s('rect', { x: labelWidth, y, width: Math.max(1, (room * part.value) / most), height: barHeight - 8, class: 'area' }),
      s('text', { x: width - textWidth + 8, y: y + 12, class: 'figure' }, part.text)));
  });
  return picture;
}

function frame(title: string, height: number): SVGSVGElement {
  return s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'list', 'aria-label': title, class: 'chart', xmlns: 'http://www.w3.org/2000/svg' }) as SVGSVGElement;
}

function isWide(bars: readonly RangeBar[]): boolean {
  const values = bars.map((bar) => bar.likely).filter((value) => value > 0);
  return values.length > 1 && Math.max(...values) / Math.min(...values) > 50;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A drawing as a file: the colours it has on screen written into it. */
export function svgText(picture: SVGSVGElement): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const { height } = picture.viewBox.baseVal;
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const [originals, copies] = [picture.querySelectorAll('*'), copy.querySelectorAll('*')];
  originals.forEach((original, index) => {
    const style = getComputedStyle(original);
    for (const name of ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-family', 'font-size']) copies[index]!.setAttribute(name, style.getPropertyValue(name));
    copies[index]!.removeAttribute('class');
  });
  const paper = s('rect', { width: '100%', height: '100%', fill: getComputedStyle(document.body).backgroundColor });
  copy.prepend(paper);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}`;
}

/** The same as a PNG of twice the size, in base64. */
export async function pngData(picture: SVGSVGElement): Promise<string> {
  const image = new Image();
  const { height } = picture.viewBox.baseVal;
  await new Promise((done, failed) => {
    image.onload = done;
    image.onerror = () => failed(new Error('the drawing could not be rendered'));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(picture))}`;
  });
  const canvas = h('canvas', { width: width * 2, height: height * 2 });
  canvas.getContext('2d')!.drawImage(image, 0, 0, width * 2, height * 2);
  return canvas.toDataURL('image/png').split(',')[1]!;
}
