// One run: what failed on top, its steps in time, its events and log lines as they come.

import { actionButton } from "./action.js";
import { ask, listen, tell } from "./api.js";
import { assetHref, keyText, runHref } from "./asset_key.js";
import { clock, copyButton, count, duration, h, replace, time } from "./element.js";
import { failures } from "./failure.js";
import { metadataList } from "./metadata.js";
import { jobName } from "./runs_view.js";
import { isFinished, runBadge, runState, runWord, sign } from "./status.js";

const PER_PAGE = 500;
const AT_ONCE = 3000; // rows that are loaded unasked
const STEPS_SHOWN = 100;
const ERROR_LEVEL = 40;
// What the engine tells beside what a reader looks for; shown when "everything" is.
const DETAILS = new Set(["STEP_INPUT", "STEP_OUTPUT", "HANDLED_OUTPUT", "LOADED_INPUT", "ENGINE_EVENT", "ASSET_MATERIALIZATION_PLANNED", "ASSET_CHECK_EVALUATION_PLANNED", "RESOURCE_INIT_STARTED", "RESOURCE_INIT_SUCCESS", "LOGS_CAPTURED", "STEP_WORKER_STARTING", "STEP_WORKER_STARTED"]);

/** Opens the view in `main`. */
export function openRun(main, place, site) {
  const runId = decodeURIComponent(place.match[1]);
  const path = `runs/${encodeURIComponent(runId)}`;
  const head = h("div", { class: "head" });
  const failed = h("div", { class: "failures" });
  const steps = h("section", { class: "steps", "aria-label": "Steps" });
  const log = openLog(place.query, changeQuery);
  main.className = "sheet run";
  main.replaceChildren(head, failed, steps, log.element);

  let here = place;
  let closed = false;
  let stopListening = null;
  let newest = 0;
  let limit = AT_ONCE;
  let allSteps = false;
  let failuresShown = "";
  let again = null;
  let finished = false;

  function changeQuery(changes) {
    const query = new URLSearchParams(here.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    site.go(here.path + (query.size ? `?${query}` : ""), { quiet: true });
  }

  async function refresh() {
    await drawRun();
    if (!stopListening) await loadEvents();
  }

  async function drawRun() {
    const { run, steps: states, failures: records } = await ask(path);
    if (closed) return;
    finished = isFinished(run.dagster_run.status);
    replace(head, heading(run, states), await site.canWrite ? actions(run.dagster_run) : null);
    drawSteps(states, run);
    const shown = JSON.stringify(records.map((record) => record.storage_id));
    // Built once: what a reader has unfolded stays unfolded.
    if (shown !== failuresShown) replace(failed, finished || records.length ? failures(records) : null);
    failuresShown = shown;
    if (!finished && !again) again = setTimeout(() => { again = null; drawRun().catch(site.complain); }, 1000);
  }

  /** What can be done with the run as it stands. */
  function actions(run) {
    const again = (fromFailure) => async () => site.go(runHref((await tell(`${path}/again`, { from_failure: fromFailure })).run.dagster_run.run_id));
    const cancel = async () => { await tell(`${path}/cancel`); await drawRun(); };
    return h("p", { class: "actions" },
      !isFinished(run.status) && actionButton("Cancel the run", cancel, { focus: "cancel" }),
      ["FAILURE", "CANCELED"].includes(run.status) && actionButton("Go on from the failure", again(true), { main: true, focus: "resume", title: "Run what is not committed; the rest is loaded" }),
      isFinished(run.status) && actionButton("Run all of it again", again(false), { focus: "again" }));
  }

  function drawSteps(states, run) {
    const more = () => { allSteps = true; drawSteps(states, run); };
    const list = allSteps ? states : states.slice(0, STEPS_SHOWN);
    replace(steps, states.length ? h("h2", {}, "Steps") : null, stepRows(list, run, log.step(), (step) => log.choose(step)),
      list.length < states.length ? h("button", { type: "button", onclick: more, "data-focus": "steps" }, `Show ${count(states.length - list.length, "more step")}`) : null);
  }

  async function loadEvents() {
    let next = newest;
    while (next !== null && log.size() < limit && !closed) {
      const page = await ask(`${path}/events`, { after: next, limit: PER_PAGE });
      log.append(page.events);
      newest = page.events.at(-1)?.storage_id ?? newest;
      next = page.next;
    }
    if (closed) return;
    log.offerMore(next === null ? null : () => { limit += AT_ONCE; loadEvents().catch(site.complain); });
    if (next !== null || stopListening) return;
    if (finished) site.live("ended");
    else follow();
  }

  function follow() {
    stopListening = listen(`${path}/stream`, newest, {
      event: (record) => { log.append([record]); newest = record.storage_id; },
      end: () => { stopListening(); site.live("ended"); drawRun().catch(site.complain); },
    }, site.live);
  }

  function move(next) {
    here = next;
    log.move(next.query);
  }

  function close() {
    closed = true;
    clearTimeout(again);
    stopListening?.();
  }

  return { move, refresh, close, stream: null };
}

function heading(record, states) {
  const { dagster_run: run, start_time: start, end_time: end } = record;
  const made = run.asset_selection ?? [];
  const took = start && duration((end ?? Date.now() / 1000) - start);
  const facts = [
    start && ["started", time(start)],
    took && [end ? "took" : "running for", took],
    ["steps", states.length ? stepCounts(states) : "none yet"],
    run.op_selection && ["ops", run.op_selection.join(", ")],
    Object.keys(run.tags ?? {}).length && ["tags", Object.entries(run.tags).map(([name, value]) => h("span", { class: "kind" }, `${name}: ${value}`))],
  ].filter(Boolean);
  return [
    h("p", { class: "hint" }, h("a", { href: "/runs", "data-focus": "runs" }, "Runs")),
    h("h1", {}, jobName(run.job_name), runBadge(run.status)),
    h("p", { class: "command" }, h("code", {}, run.run_id), copyButton(run.run_id)),
    h("dl", { class: "facts across" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    made.length ? h("details", { class: "made" }, h("summary", {}, `makes ${count(made.length, "asset")}`), h("ul", { class: "inline" }, made.map((key) => h("li", {}, h("a", { href: assetHref(key) }, keyText(key)))))) : null,
    Object.keys(run.run_config ?? {}).length ? h("details", { class: "made" }, h("summary", {}, "config"), h("pre", {}, h("code", {}, JSON.stringify(run.run_config, null, 2)))) : null,
  ];
}

function stepCounts(states) {
  const counts = new Map();
  for (const step of states) counts.set(step.status, (counts.get(step.status) ?? 0) + 1);
  return [...counts].map(([status, number], place) => [place > 0 && ", ", `${number} ${runWord(status)}`]);
}

/** Each step with a bar that shows when in the run it was at work. */
function stepRows(states, run, chosen, choose) {
  const start = run.start_time ?? run.created_at;
  const end = run.end_time ?? Date.now() / 1000;
  const share = (at) => (100 * Math.min(Math.max(at - start, 0), end - start)) / (end - start || 1);
  return h("ul", { class: "bars" }, states.map((step) => {
    const from = share(step.started_at ?? step.ended_at ?? end);
    const to = share(step.ended_at ?? end);
    const bar = h("span", { class: `bar ${runState(step.status)}` });
    Object.assign(bar.style, { left: `${from}%`, width: `${Math.max(0.4, to - from)}%` });
    const took = step.started_at && duration((step.ended_at ?? Date.now() / 1000) - step.started_at);
    return h("li", {}, h("button", { type: "button", "aria-pressed": String(step.step_key === chosen), title: "Show only the events of this step", onclick: () => choose(step.step_key === chosen ? "" : step.step_key), "data-focus": `step ${step.step_key}` },
      sign(runState(step.status)), h("span", { class: "name" }, step.step_key), step.attempts > 1 && h("span", { class: "kind" }, `attempt ${step.attempts}`),
      h("span", { class: "unseen" }, runWord(step.status)), h("span", { class: "track" }, bar), h("span", { class: "took" }, took || "")));
  }));
}

/** The events: rows are appended and hidden, never rebuilt, so that a long run stays quick and keeps its place. */
function openLog(query, changeQuery) {
  const rows = h("ol", { class: "events" });
  const text = h("input", { type: "search", placeholder: "Filter the messages", "aria-label": "Filter the messages", oninput: () => changeQuery({ find: text.value }) });
  const step = h("span", {});
  const modes = h("div", { class: "modes", role: "group", "aria-label": "Which events" });
  const none = h("p", { class: "nothing", hidden: true }, "No event is like that.");
  const foot = h("div", {});
  const element = h("section", { class: "log", "aria-label": "Events" }, h("h2", {}, "Events"), h("div", { class: "tools" }, modes, step, text), rows, none, foot);
  let events = [];
  let wanted = {};

  function move(next) {
    wanted = { level: next.get("events") ?? "", step: next.get("step") ?? "", find: (next.get("find") ?? "").toLowerCase() };
    if (document.activeElement !== text) text.value = next.get("find") ?? "";
    replace(modes, [["", "Main"], ["logs", "Log lines"], ["errors", "Errors"], ["all", "Everything"]].map(([value, label]) =>
      h("button", { type: "button", "aria-pressed": String(wanted.level === value), onclick: () => changeQuery({ events: value }), "data-focus": `events ${value}` }, label)));
    replace(step, wanted.step ? h("button", { type: "button", class: "chip", onclick: () => changeQuery({ step: "" }), "data-focus": "step" }, `step ${wanted.step} ×`) : null);
    for (const each of events) each.row.hidden = !fits(each.event);
    count();
  }

  function fits(event) {
    const level = {
      "": !DETAILS.has(event.kind),
      logs: event.kind === "LOG",
      errors: (event.level ?? 10) >= ERROR_LEVEL,
      all: true,
    }[wanted.level] ?? true;
    return level && (!wanted.step || event.step_key === wanted.step) && (!wanted.find || `${event.step_key ?? ""} ${event.message ?? ""}`.toLowerCase().includes(wanted.find));
  }

  function count() {
    none.hidden = !events.length || events.some((each) => !each.row.hidden);
  }

  function append(records) {
    const bottom = document.documentElement;
    const follows = events.length > 0 && bottom.scrollHeight - bottom.scrollTop - bottom.clientHeight < 40 && bottom.scrollTop > 0;
    const added = records.map(({ event_log_entry: event }) => {
      const row = eventRow(event);
      row.hidden = !fits(event);
      return { event, row };
    });
    events.push(...added);
    rows.append(...added.map((each) => each.row));
    count();
    if (follows) bottom.scrollTop = bottom.scrollHeight;
  }

  move(query);
  return {
    element,
    append,
    move,
    size: () => events.length,
    step: () => wanted.step,
    choose: (key) => changeQuery({ step: key }),
    offerMore: (load) => replace(foot, load && h("button", { type: "button", onclick: load, "data-focus": "later" }, "Show later events")),
  };
}

function eventRow(event) {
  const data = event.data ?? {};
  const metadata = data.materialization?.metadata ?? data.asset_observation?.metadata ?? data.expectation_result?.metadata ?? data.metadata;
  const level = event.level ?? 10;
  const row = h("li", { class: level >= ERROR_LEVEL ? "error" : level >= 30 ? "warning" : null }, time(event.timestamp, clock),
    h("span", { class: "step" }, event.step_key ?? ""), h("span", { class: "what" }, kindWord(event)), h("span", { class: "message" }, event.message));
  if (metadata && Object.keys(metadata).length) row.append(unfolding("metadata", () => metadataList(metadata)));
  if (data.error && event.kind !== "STEP_FAILURE") row.append(unfolding("trace", () => failures([{ event_log_entry: event }])));
  return row;
}

/** Something that is built when it is opened: a run may have thousands of them. */
function unfolding(label, build) {
  const details = h("details", { ontoggle: () => { if (details.open && details.children.length === 1) details.append(...[build()].flat()); } }, h("summary", {}, label));
  return details;
}

function kindWord(event) {
  if (event.kind !== "LOG") return event.kind.replace("PIPELINE_", "RUN_").replaceAll("_", " ").toLowerCase();
  const level = event.level ?? 10;
  return level >= 50 ? "critical" : level >= 40 ? "error" : level >= 30 ? "warning" : level >= 20 ? "info" : "debug";
}
