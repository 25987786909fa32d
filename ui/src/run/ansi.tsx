// Text of a terminal: its colours as classes, everything else as plain text.
import type { ReactNode } from "react";

// oxlint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([\d;]*)([A-Za-z])/g;
const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** `text` with its colours and weights; other sequences of a terminal are left out. */
export function ansiSpans(text: string): ReactNode[] {
  if (!text.includes("\u001b[")) return [text];
  const spans: ReactNode[] = [];
  let classes = new Set<string>();
  let from = 0;
  for (const found of text.matchAll(SEQUENCE)) {
    push(spans, text.slice(from, found.index), classes);
    from = found.index + found[0].length;
    if (found[2] === "m") classes = styled(classes, (found[1] ?? "").split(";").map(Number));
  }
  push(spans, text.slice(from), classes);
  return spans;
}

function push(spans: ReactNode[], text: string, classes: ReadonlySet<string>): void {
  if (text) spans.push(classes.size ? <span key={spans.length} className={[...classes].join(" ")}>{text}</span> : text);
}

function styled(before: ReadonlySet<string>, codes: number[]): Set<string> {
  let classes = new Set(before);
  for (const code of codes) {
    if (code === 0) classes = new Set();
    else if (code === 1) classes.add("ansi-bold");
    else if (code === 2) classes.add("ansi-dim");
    else if (code === 22) classes = new Set([...classes].filter((each) => each !== "ansi-bold" && each !== "ansi-dim"));
    else if ((code >= 30 && code <= 39) || (code >= 90 && code <= 97)) {
      classes = new Set([...classes].filter((each) => each === "ansi-bold" || each === "ansi-dim"));
      if (code !== 38 && code !== 39) classes.add(`ansi-${COLOURS[code % 10]}`);
    }
  }
  return classes;
}
