// Which texts fit what somebody typed, the best first.

/** How well `text` fits `typed` (lower case); null when it does not. Lower is better. */
export function distance(text: string, typed: string): number | null {
  const lower = text.toLowerCase();
  const at = lower.indexOf(typed);
  if (at >= 0) {
    const begins = at === 0 || /[^a-z0-9]/.test(lower[at - 1] ?? "");
    return (begins ? 0 : 100) + Math.min(text.length, 99) / 100 + (lower === typed ? -1 : 0);
  }
  let place = -1; // all letters in their order, with others between
  let gaps = 0;
  for (const letter of typed) {
    const next = lower.indexOf(letter, place + 1);
    if (next < 0) return null;
    if (next !== place + 1) gaps += 1;
    place = next;
  }
  return 200 + gaps + Math.min(text.length, 99) / 100;
}

/** The `most` best of `all`; in their own order while nothing is typed. */
export function rank<T>(all: readonly T[], typed: string, textOf: (each: T) => string, most: number): T[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return all.slice(0, most);
  const found: [number, T][] = [];
  for (const each of all) {
    const far = distance(textOf(each), wanted);
    if (far !== null) found.push([far, each]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, each]) => each);
}
