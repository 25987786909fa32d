import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ansiSpans } from "./ansi";

const shown = (text: string) => renderToStaticMarkup(<>{ansiSpans(text)}</>);

test("colours become classes, and end where they end", () => {
  expect(shown("a \u001b[1;31mred\u001b[0m b")).toBe('a <span class="ansi-bold ansi-red">red</span> b');
});

test("what moves a cursor is left out, and markup stays text", () => {
  expect(shown("\u001b[2K<b>\u001b[32mok")).toBe('&lt;b&gt;<span class="ansi-green">ok</span>');
});
