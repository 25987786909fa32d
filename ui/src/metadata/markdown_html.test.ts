// That nothing executes is tested in a real Chromium (tests/acceptance): the DOM of these tests is no browser's.
import { expect, test } from "vitest";
import { markdownHtml } from "./markdown_html";

test.each(["*".repeat(50_000), "[".repeat(50_000), "`".repeat(50_001), "> ".repeat(20_000), "_a ".repeat(20_000), "![".repeat(20_000), "<".repeat(50_000), "a*".repeat(9_000), "a*".repeat(4_900), "[a](".repeat(4_000), "|a".repeat(20_000)])("no text keeps the page busy (%#)", (text) => {
  const began = performance.now();
  markdownHtml(text);
  expect(performance.now() - began).toBeLessThan(5000);
});
