// How assets, runs and steps stand: a word, a colour and a sign for each, never the colour alone.

import { h, svg } from "./element.js";

/** The states of an asset, in the order in which they are counted. */
export const ASSET_STATES = {
  failed: "failed",
  running: "running",
  waiting: "waiting",
  skipped: "not reached",
  stale: "stale",
  never: "never made",
  fresh: "fresh",
  external: "external",
};

const OF_RUN = {
  QUEUED: ["waiting", "queued"],
  NOT_STARTED: ["waiting", "not started"],
  MANAGED: ["waiting", "managed"],
  STARTING: ["running", "starting"],
  STARTED: ["running", "running"],
  SUCCESS: ["fresh", "succeeded"],
  FAILURE: ["failed", "failed"],
  CANCELING: ["stale", "cancelling"],
  CANCELED: ["stale", "cancelled"],
  SKIPPED: ["skipped", "skipped"],
  RETRYING: ["running", "retrying"],
};

const SIGNS = {
  fresh: [["circle", { cx: 8, cy: 8, r: 7, class: "full" }], ["path", { d: "M4.8 8.2l2.2 2.200 4.200-4.600", class: "cut" }]],
  failed: [["circle", { cx: 8, cy: 8, r: 7, class: "full" }], ["path", { d: "M5.500 5.500l5 5m0-5l-5 5", class: "cut" }]],
  stale: [["circle", { cx: 8, cy: 8, r: 6.2, class: "ring" }], ["path", { d: "M8 4.500V8l2.500 1.800", class: "line" }]],
  running: [["circle", { cx: 8, cy: 8, r: 6.2, class: "track" }], ["path", { d: "M8 1.800a6.200 6.200 0 0 1 6.200 6.200", class: "line turning" }]],
  waiting: [["circle", { cx: 8, cy: 8, r: 6.200, class: "ring" }], ["path", { d: "M5 8h.01M8 8h.01M11 8h.01", class: "line" }]],
  skipped: [["circle", { cx: 8, cy: 8, r: 6.2, class: "ring" }], ["path", { d: "M5 8h6", class: "line" }]],
  never: [["circle", { cx: 8, cy: 8, r: 6.2, class: "ring" }]],
  external: [["circle", { cx: 8, cy: 8, r: 6.2, class: "ring dashed" }], ["path", { d: "M8 8h.01", class: "line" }]],
};

/** The sign of a state. */
export function sign(state) {
  const shapes = SIGNS[state] ?? SIGNS.never;
  return svg("svg", { class: `sign ${state}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, shapes.map(([tag, attributes]) => svg(tag, attributes)));
}

/** A state with its sign and its word. */
export function assetBadge(state) {
  return h("span", { class: `badge ${state}` }, sign(state), ASSET_STATES[state] ?? state);
}

/** The state whose colour and sign a run or step has. */
export const runState = (status) => (OF_RUN[status] ?? ["never"])[0];

/** The status of a run or step in a word. */
export const runWord = (status) => (OF_RUN[status] ?? [0, status.toLowerCase()])[1];

/** The status of a run or step with its sign and its word. */
export function runBadge(status) {
  return h("span", { class: `badge ${runState(status)}` }, sign(runState(status)), runWord(status));
}

/** Whether a run has ended. */
export const isFinished = (status) => ["SUCCESS", "FAILURE", "CANCELED"].includes(status);
