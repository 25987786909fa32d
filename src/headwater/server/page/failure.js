// A failure with its cause on top: the user's own exception and frames, the frames of others folded, then the chain.

import { breakable, copyButton, count, h } from "./element.js";
import { metadataList } from "./metadata.js";

const MOST_SHOWN = 5;

/** The failures of a run, the first ones open to read. */
export function failures(records) {
  const ofSteps = records.filter((record) => record.event_log_entry.kind === "STEP_FAILURE");
  const shown = ofSteps.length ? ofSteps : records.filter((record) => record.event_log_entry.data?.error || record.event_log_entry.kind !== "PIPELINE_FAILURE");
  const hooks = ofSteps.length ? records.filter((record) => record.event_log_entry.kind === "HOOK_ERRORED") : [];
  const all = [...shown, ...hooks];
  const rest = all.slice(MOST_SHOWN);
  if (!all.length) return records.slice(-1).map((record) => h("section", { class: "failure" }, h("h2", {}, record.event_log_entry.message)));
  return [all.slice(0, MOST_SHOWN).map(failure), rest.length > 0 && h("details", { class: "failure" }, h("summary", {}, count(rest.length, "more failure")), rest.map(failure))];
}

function failure({ event_log_entry: event }) {
  const { error, user_failure_data: stated } = event.data ?? {};
  const chain = error ? chainOf(error) : [];
  const culprit = chain.find((each) => framesOf(each).some((frame) => frame.origin === "user")) ?? chain[chain.length - 1];
  const place = chain.indexOf(culprit);
  return h("section", { class: "failure" },
    h("p", { class: "where" }, event.step_key ? ["in step ", h("code", {}, event.step_key)] : event.where ?? "in the run", error && copyButton(asText(error), "Copy the trace")),
    stated?.description ? h("h2", {}, stated.description) : culprit ? title(culprit) : h("h2", {}, event.message),
    stated && metadataList(stated.metadata),
    culprit && trace(culprit),
    chain.slice(place + 1).map((each) => h("div", { class: "behind" }, h("p", { class: "hint" }, "behind it:"), title(each, "h3"), trace(each))),
    place > 0 && h("details", { class: "folded" }, h("summary", {}, "how it came up through Headwater"), chain.slice(0, place).reverse().map((each) => h("div", { class: "behind" }, title(each, "h3"), frames(framesOf(each))))));
}

/** The exceptions from the one that came up last to the first cause. */
function chainOf(error) {
  const chain = [];
  for (let each = error; each && chain.length < 50; each = each.cause ?? each.context) chain.push(each);
  return chain;
}

/** The frames, the call that raised first. What the server leaves out is the usual: the user's own code. */
const framesOf = (error) => (error.frames ?? []).map((frame) => ({ origin: "user", source: "", ...frame })).reverse();

function title(error, tag = "h2") {
  return h(tag, { class: "exception" }, h("span", { class: "class" }, error.cls_name), error.message && [": ", h("span", { class: "message" }, error.message)]);
}

/** The user's frames, and between them what others' frames were passed, folded. */
function trace(error) {
  const parts = [];
  let others = [];
  const fold = () => {
    if (others.length) parts.push(h("details", { class: "folded" }, h("summary", {}, folded(others)), frames(others)));
    others = [];
  };
  for (const frame of framesOf(error)) {
    if (frame.origin === "user") {
      fold();
      parts.push(frames([frame]));
    } else others.push(frame);
  }
  fold();
  return parts;
}

function folded(list) {
  const framework = list.filter((frame) => frame.origin === "framework").length;
  const parts = [list.length - framework && `${count(list.length - framework, "frame")} of libraries`, framework && `${count(framework, "frame")} of Headwater`];
  return parts.filter(Boolean).join(", ");
}

const folderOf = (file) => file.slice(0, Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);

function frames(list) {
  return h("ol", { class: "frames" }, list.map((frame) => h("li", { class: frame.origin },
    h("p", {}, h("span", { class: "folder" }, breakable(folderOf(frame.file))), h("span", { class: "file" }, `${frame.file.slice(folderOf(frame.file).length)}:${frame.line}`), " in ", h("span", { class: "function" }, frame.function)),
    frame.source && h("pre", {}, h("code", {}, frame.source)))));
}

/** The whole error as Python prints it, the cause first. */
function asText(error) {
  const behind = error.cause ?? error.context;
  const lines = (error.frames ?? []).map((frame) => `  File "${frame.file}", line ${frame.line}, in ${frame.function}\n    ${frame.source ?? ""}\n`);
  const own = `Traceback (most recent call last):\n${lines.join("")}${error.cls_name}: ${error.message}\n`;
  if (!behind) return own;
  const link = error.cause ? "The above exception was the direct cause of the following exception:" : "During handling of the above exception, another exception occurred:";
  return `${asText(behind)}\n${link}\n\n${own}`;
}
