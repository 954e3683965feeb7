/** Answers about a whole text, kept for the text that was asked about last: rules ask the same for each call of a file. */

export function remembered<Answer>(ask: (text: string) => Answer): (text: string) => Answer {
  let last: { readonly text: string; readonly answer: Answer } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, answer: ask(text) };
    return last.answer;
  };
}

/** `pattern.test(text)` of a pattern without state. */
export const mentioned = (pattern: RegExp): ((text: string) => boolean) => remembered((text) => pattern.test(text));
