// Markdown of users as HTML that can do nothing: no script, style, form or handler; pictures only from within the text.
import DOMPurify from "dompurify";
import { Marked } from "marked";

const TAGS = ["a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "kbd", "li", "mark", "ol", "p", "pre", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"];
const ATTRIBUTES = ["align", "alt", "checked", "colspan", "disabled", "height", "href", "rowspan", "src", "start", "title", "type", "width"];
const PICTURE = /^data:image\/(png|jpe?g|gif|webp|avif);base64,[a-z0-9+/=\s]+$/i;
const ADDRESS = /^(https?:|mailto:|#|\/(?![/\\]))/i;
const MOST = 400_000; // characters without pictures; more is data, not prose
const MOST_MARKS = 5_000; // what opens or closes emphasis, code or links; the parser looks at each with all others
const DEEPEST = 60; // more marks in a row, or more quotes in each other, is not meant as markup

const marked = new Marked({ gfm: true, breaks: false });
const purify = DOMPurify(window);

purify.addHook("afterSanitizeAttributes", (element) => {
  if (element.tagName === "A") {
    if (!ADDRESS.test(element.getAttribute("href") ?? "")) element.removeAttribute("href");
    element.setAttribute("target", "_blank");
    element.setAttribute("rel", "noopener noreferrer nofollow");
  }
  if (element.tagName === "IMG") {
    const source = element.getAttribute("src") ?? "";
    if (PICTURE.test(source)) element.setAttribute("loading", "lazy");
    else element.replaceWith(element.ownerDocument.createTextNode(`[picture not loaded: ${element.getAttribute("alt") || source.slice(0, 80)}]`));
  }
  if (element.tagName === "INPUT") {
    if (element.getAttribute("type") !== "checkbox") element.remove();
    else element.setAttribute("disabled", "");
  }
});

/** The HTML of a text; null when it is to be shown as it is. */
export function markdownHtml(text: string): string | null {
  const prose = text.replace(/\(data:image\/[^)]*\)/g, "()");
  if (prose.length > MOST || isHostile(prose)) return null;
  const html = marked.parse(text, { async: false });
  return purify.sanitize(html, { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ATTRIBUTES, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false });
}

/** Whether a text holds what takes a parser of markdown very long. */
function isHostile(text: string): boolean {
  return new RegExp(`([*_\`~[\\]!<>|#]\\s?)\\1{${DEEPEST},}`).test(text) || (text.match(/[*_[`]/g)?.length ?? 0) > MOST_MARKS;
}
