// Markdown that somebody else wrote, as a document. It is built from elements and text nodes alone: HTML in it is shown
// as text, an image is shown only if its bytes are in the text, a link only if it leads to https.

import { h } from "./element.js";

const DEEPEST = 8;
const LONGEST = 12_000_000;
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?\s*#*\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const ITEM = /^( {0,12})([-*+]|\d{1,9}[.)])(?:\s+(.*))?$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const DIVIDER = /^ {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const EMPHASIS = [["**", "strong"], ["__", "strong"], ["~~", "s"], ["*", "em"], ["_", "em"]];

/** Whether an address is an image whose bytes it carries itself. */
export const isInlineImage = (address) => IMAGE.test(address);

/** Whether an address may be opened from this page. */
export function isSafeLink(address) {
  try {
    return new URL(address).protocol === "https:";
  } catch {
    return false;
  }
}

/** A link to another site: it opens in its own tab, and does not tell where it was. */
export function outwardLink(address, ...children) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", title: address }, ...children);
}

/** The document that a text in markdown describes. */
export function markdown(text) {
  const element = h("div", { class: "markdown" });
  if (text.length > LONGEST) element.append(`(${Math.round(text.length / 1e6)} MB of markdown are too much to show here)`);
  else element.append(...blocks(text.replaceAll("\r\n", "\n").split("\n"), 0));
  return element;
}

function blocks(lines, depth) {
  if (depth > DEEPEST) return [h("p", {}, lines.join("\n"))];
  const found = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    let match;
    if (line.trim() === "") at += 1;
    else if ((match = FENCE.exec(line))) {
      const end = closing(lines, at + 1, match[1]);
      found.push(h("pre", {}, h("code", {}, lines.slice(at + 1, end).join("\n"))));
      at = end + 1;
    } else if ((match = HEADING.exec(line))) {
      // Below the headings of the page: a text cannot pass for one of them.
      found.push(h(`h${Math.min(6, match[1].length + 3)}`, { class: `level${match[1].length}` }, inline(match[2] ?? "", depth)));
      at += 1;
    } else if (RULE.test(line)) {
      found.push(h("hr"));
      at += 1;
    } else if (QUOTE.test(line)) {
      const end = until(lines, at, (each) => !QUOTE.test(each));
      found.push(h("blockquote", {}, blocks(lines.slice(at, end).map((each) => QUOTE.exec(each)[1]), depth + 1)));
      at = end;
    } else if (ITEM.test(line)) {
      const end = listEnd(lines, at);
      found.push(list(lines.slice(at, end), depth));
      at = end;
    } else if (line.includes("|") && DIVIDER.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) {
      const end = until(lines, at + 2, (each) => each.trim() === "" || !each.includes("|"));
      found.push(table(lines.slice(at, end), depth));
      at = end;
    } else {
      const end = until(lines, at + 1, startsBlock);
      found.push(h("p", {}, inline(lines.slice(at, end).join("\n"), depth)));
      at = end;
    }
  }
  return found;
}

const startsBlock = (line) => line.trim() === "" || [FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line));

function until(lines, start, ends) {
  let at = start;
  while (at < lines.length && !ends(lines[at])) at += 1;
  return at;
}

const closing = (lines, start, fence) => until(lines, start, (line) => line.trim().startsWith(fence) && line.trim().replaceAll(fence[0], "") === "");

const indent = (line) => line.length - line.trimStart().length;

function listEnd(lines, start) {
  const least = indent(lines[start]);
  return until(lines, start + 1, (line) => line.trim() === "" || (indent(line) <= least && !ITEM.test(line) && startsBlock(line)));
}

function list(lines, depth) {
  const least = indent(lines[0]);
  const first = ITEM.exec(lines[0])[2];
  const items = [];
  for (const line of lines) {
    const match = ITEM.exec(line);
    if (match && match[1].length <= least + 1) items.push([match[3] ?? ""]);
    else items[items.length - 1].push(line.slice(Math.min(indent(line), least + 2)));
  }
  const ordered = /\d/.test(first);
  const start = ordered && Number.parseInt(first, 10) !== 1 ? Number.parseInt(first, 10) : null;
  return h(ordered ? "ol" : "ul", { start }, items.map((item) => h("li", {}, itemParts(item, depth))));
}

function itemParts(lines, depth) {
  const nested = lines.findIndex((line, place) => place > 0 && startsBlock(line));
  if (nested === -1) return inline(lines.join("\n"), depth);
  return [...inline(lines.slice(0, nested).join("\n"), depth), ...blocks(lines.slice(nested), depth + 1)];
}

function table(lines, depth) {
  const [heads, divider, ...rows] = lines.map(cells);
  const sides = divider.map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "middle" : "right") : null));
  const row = (tag, texts) => h("tr", {}, heads.map((_, place) => h(tag, { class: sides[place] }, inline(texts[place] ?? "", depth))));
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row("th", heads)), h("tbody", {}, rows.map((texts) => row("td", texts)))));
}

function cells(line) {
  const text = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return text.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** The parts of a line: text, code, emphasis, links, images. */
function inline(text, depth) {
  const parts = [];
  const missing = new Set(); // delimiters that occur no more: looked for once, so that no text takes long
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) parts.push(plain);
    plain = "";
  };
  while (at < text.length) {
    const found = depth <= DEEPEST ? special(text, at, depth, missing) : null;
    if (found) {
      flush();
      parts.push(...found.parts);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return parts;
}

function special(text, at, depth, missing) {
  const char = text[at];
  if (char === "\\") {
    if (text[at + 1] === "\n") return { parts: [h("br")], end: at + 2 };
    return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "") ? { parts: [text[at + 1]], end: at + 2 } : null;
  }
  if (char === " " && text.startsWith("  \n", at)) return { parts: [h("br")], end: at + 3 };
  if (char === "`") return code(text, at, missing);
  if (char === "!" && text[at + 1] === "[") return image(text, at);
  if (char === "[") return link(text, at, depth);
  if (char === "<" || (char === "h" && !/\w/.test(text[at - 1] ?? ""))) return bareLink(text, at);
  if ("*_~".includes(char)) return emphasis(text, at, depth, missing);
  return null;
}

function find(text, wanted, from, missing) {
  if (missing.has(wanted)) return -1;
  const place = text.indexOf(wanted, from);
  if (place === -1) missing.add(wanted);
  return place;
}

function code(text, at, missing) {
  const ticks = /^`+/.exec(text.slice(at, at + 16))[0];
  const end = find(text, ticks, at + ticks.length, missing);
  if (end === -1) return { parts: [ticks], end: at + ticks.length };
  return { parts: [h("code", {}, text.slice(at + ticks.length, end).trim())], end: end + ticks.length };
}

/** `[label](address "title")` from the bracket on: its label, its address and where it ends. */
function target(text, at) {
  const close = text.indexOf("](", at);
  if (close === -1 || close - at > 2000) return null;
  const end = text.indexOf(")", close + 2);
  if (end === -1) return null;
  const inside = text.slice(close + 2, end).trim();
  const address = /^<?([^\s>]*)/.exec(inside)[1];
  return { label: text.slice(at + 1, close), address: inside.startsWith("data:") ? inside : address, end: end + 1 };
}

function image(text, at) {
  const found = target(text, at + 1);
  if (!found) return null;
  if (!isInlineImage(found.address)) {
    const where = found.address.slice(0, 80);
    return { parts: [h("span", { class: "withheld" }, `[image ${found.label || "without a name"}, not loaded: ${where}]`)], end: found.end };
  }
  return { parts: [picture(found.address, found.label)], end: found.end };
}

function picture(address, label) {
  const enlarge = () => {
    const dialog = h("dialog", { class: "enlarged", onclick: () => dialog.close(), onclose: () => dialog.remove() },
      h("img", { src: address, alt: label }), h("p", {}, label, h("button", { type: "button", class: "small" }, "Close")));
    document.body.append(dialog);
    dialog.showModal();
  };
  return h("button", { type: "button", class: "picture", onclick: enlarge, "aria-label": `Enlarge ${label || "the image"}` },
    h("img", { src: address, alt: label, decoding: "async" }));
}

function link(text, at, depth) {
  const found = target(text, at);
  if (!found || found.label.includes("\n\n")) return null;
  const label = inline(found.label, depth + 2);
  if (isSafeLink(found.address)) return { parts: [outwardLink(found.address, ...label)], end: found.end };
  return { parts: [...label, h("span", { class: "withheld" }, ` (${found.address.slice(0, 200)})`)], end: found.end };
}

function bareLink(text, at) {
  const match = /^<?(https:\/\/[^\s<>"'`|]+[^\s<>"'`|.,;:!?)\]])>?/.exec(text.slice(at, at + 2000));
  return match && isSafeLink(match[1]) ? { parts: [outwardLink(match[1], match[1])], end: at + match[0].length } : null;
}

function emphasis(text, at, depth, missing) {
  for (const [mark, tag] of EMPHASIS) {
    if (!text.startsWith(mark, at)) continue;
    const start = at + mark.length;
    const opens = /\S/.test(text[start] ?? "") && !(mark[0] === "_" && /\w/.test(text[at - 1] ?? ""));
    const end = opens ? find(text, mark, start + 1, missing) : -1;
    if (end === -1 || /\s/.test(text[end - 1])) continue;
    if (mark[0] === "_" && /\w/.test(text[end + mark.length] ?? "")) continue;
    return { parts: [h(tag, {}, inline(text.slice(start, end), depth + 1))], end: end + mark.length };
  }
  return null;
}
