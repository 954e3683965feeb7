/** Tokens of a compact file as byte strings (latin1) in rank order, the two parts of each, and ranks of `base` left out. */
export function unpack(packed: Buffer, base?: readonly string[]): {
  readonly tokens: readonly string[];
  readonly pairs: readonly (readonly [string, string] | null)[];
  readonly absent: readonly number[];
};
