// Builds the document. All text becomes text nodes, so nothing that the server says is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element. An attribute that is a function listens (`onclick`); false, null and undefined set nothing. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An element of an SVG picture. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what an element holds, and keeps the keyboard's place: focus goes to what now has the same `data-focus`. */
export function replace(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused !== undefined) {
    [...element.querySelectorAll("[data-focus]")].find((each) => each.dataset.focus === focused)?.focus();
  }
}

/** A moment (seconds since the epoch), told from now; it stays right while the page is open. */
export function time(at, describe = ago) {
  if (at === null || at === undefined) return null;
  const moment = new Date(at * 1000);
  const element = h("time", { datetime: moment.toISOString(), title: `${moment.toLocaleString()} (${moment.toISOString()})` });
  element.textContent = describe(at);
  if (describe === ago) element.dataset.at = at;
  return element;
}

setInterval(() => {
  for (const element of document.querySelectorAll("time[data-at]")) element.textContent = ago(Number(element.dataset.at));
}, 10_000);

/** How long ago a moment was, in words. */
export function ago(at) {
  const seconds = Date.now() / 1000 - at;
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 86_400 * 14) return count(Math.floor(seconds / 86_400), "day") + " ago";
  return new Date(at * 1000).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}

/** The time of day, to the millisecond. */
export function clock(at) {
  const moment = new Date(at * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

/** A duration, as exact as a reader needs it. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 0.0995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.95 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A name that may be broken after its underscores, dots and slashes. */
export const breakable = (name) => name.split(/(?<=[_./])/).flatMap((part) => [part, h("wbr")]);

/** "1 run", "2 runs". */
export function count(number, noun, plural = noun + "s") {
  return `${number.toLocaleString()} ${number === 1 ? noun : plural}`;
}

/** A button that copies a text, where the browser lets it. */
export function copyButton(text, label = "Copy") {
  if (!navigator.clipboard) return null;
  const button = h("button", { type: "button", class: "small", onclick: copy }, label);
  async function copy() {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  }
  return button;
}

/** A command to type, with a button that copies it. */
export function command(text) {
  return h("p", { class: "command" }, h("code", {}, text), copyButton(text));
}
