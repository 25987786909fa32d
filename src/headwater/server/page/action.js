// Buttons that make the server do something: busy while it does, and they say when it refuses.

import { Refused } from "./api.js";
import { h } from "./element.js";

/** A button that calls `act`. `focus` is its place for the keyboard; `title` tells more than the label. */
export function actionButton(label, act, { focus = label, title = null, main = false, pressed = null } = {}) {
  const said = h("span", { class: "refusal", role: "alert" });
  const button = h("button", { type: "button", class: main ? "main" : null, title, "aria-pressed": pressed === null ? null : String(pressed), onclick: press, "data-focus": focus }, label);
  async function press() {
    button.disabled = true;
    said.textContent = "";
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      said.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  }
  return h("span", { class: "action" }, button, said);
}
