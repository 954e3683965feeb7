/** Exact money: fractions of big integers, so that no sum of prices drifts. */

/** A rational number; `den` is positive. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

export const zero: Fraction = { num: 0n, den: 1n };

/** Exact value of a decimal string or of a finite number as JavaScript prints it, e.g. `'0.0028'`, `1e-7`. Throws on anything else. */
export function fraction(value: string | number): Fraction {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(String(value));
  if (!match) throw new Error(`not a decimal: ${value}`);
  const digits = match[3] ?? '';
  const exponent = Number(match[4] ?? 0) - digits.length;
  const integer = BigInt(`${match[1]}${match[2]}${digits}`);
  return exponent < 0 ? { num: integer, den: 10n ** BigInt(-exponent) } : { num: integer * 10n ** BigInt(exponent), den: 1n };
}

export function add(a: Fraction, b: Fraction): Fraction {
  return a.den === b.den ? { num: a.num + b.num, den: a.den } : { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return { num: a.num * b.num, den: a.den * b.den };
}

/** a − b. */
export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, { num: -b.num, den: b.den });
}

/** Below 0, 0 or above 0 as a is less than, equal to or more than b. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** a / b; b must not be zero. */
export function divide(a: Fraction, b: Fraction): Fraction {
  const sign = b.num < 0n ? -1n : 1n;
  return { num: a.num * b.den * sign, den: a.den * b.num * sign };
}

/** Nearest number with at most `significant` digits, halves away from zero. */
export function toNumber(value: Fraction, significant = 12): number {
  const negative = value.num < 0n;
  const num = negative ? -value.num : value.num;
  if (num === 0n) return 0;
  let scale = significant + value.den.toString().length - num.toString().length;
  let scaled = scale >= 0 ? (num * 10n ** BigInt(scale) * 2n + value.den) / (value.den * 2n) : num / (value.den * 10n ** BigInt(-scale));
  const excess = scaled.toString().length - significant;
  if (excess > 0) {
    const unit = 10n ** BigInt(excess);
    scaled = (scaled * 2n + unit) / (unit * 2n);
    scale -= excess;
  }
  const result = Number(`${scaled}e${-scale}`);
  return negative ? -result : result;
}

/** Sum of fractions, brought to one denominator where they share it. */
export function sum(values: readonly Fraction[]): Fraction {
  return values.reduce(add, zero);
}
