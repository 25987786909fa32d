// One asset: how it stands and why, what it was last made with, its neighbours, checks and history.

import { actionButton } from "./action.js";
import { ask, tell } from "./api.js";
import { assetHref, keyName, keyPath, keyPrefix, keyText, runHref } from "./asset_key.js";
import { breakable, copyButton, h, replace, time } from "./element.js";
import { markdown } from "./markdown.js";
import { metadataList, numbersByName } from "./metadata.js";
import { assetBadge, sign } from "./status.js";

const HISTORY = 12;

/** Shows an asset in the panel; `id` is its key as an address. `view` closes it and knows the states of the others. */
export function openPanel(side, id, view) {
  let closed = false;
  let newest;
  let canWrite = false;
  let history = { events: [], next: null };
  side.replaceChildren(frame(id.split("/").map(decodeURIComponent).join("/"), [], view.close), h("p", { class: "loading" }, "Loading …"));
  side.scrollTop = 0;

  async function refresh() {
    try {
      const detail = await ask(`assets/${id}`);
      canWrite = await view.canWrite;
      const number = detail.materialization?.storage_id;
      // The history holds the pictures of every time, so it is asked for only when there is something new.
      if (number !== newest) {
        history = number === undefined ? { events: [], next: null } : await ask(`assets/${id}/history`, { limit: HISTORY });
        newest = number;
      }
      if (!closed) draw(detail);
    } catch (error) {
      if (closed) return;
      if (error.status !== 404) throw error;
      side.replaceChildren(frame("No such asset", [], view.close), h("p", { class: "nothing" }, error.message));
    }
  }

  function draw(detail) {
    const { asset, state } = detail;
    const body = [
      standing(state),
      canWrite && asset.computation && actions(id, detail, view),
      asset.description && markdown(asset.description),
      newestValue(detail, history.events),
      observed(detail.observation),
      checks(detail.checks),
      neighbours("Needs", detail.upstream, view),
      neighbours("Needed by", detail.downstream, view),
      past(history),
      definition(asset, detail.jobs),
    ];
    replace(side, frame(keyName(asset.key), [keyPrefix(asset.key)], view.close, asset.kinds), ...body);
  }

  function close() {
    closed = true;
    side.replaceChildren();
  }

  return { id, refresh, close };
}

function frame(name, before, close, kinds = []) {
  return h("header", {}, h("div", {}, before[0] && h("p", { class: "prefix" }, breakable(before[0])), h("h2", {}, breakable(name)), kinds?.map((kind) => h("span", { class: "kind" }, kind))),
    h("button", { type: "button", class: "close", "aria-label": "Close the panel", title: "Close (Esc)", onclick: close, "data-focus": "close" }, "×"));
}

/** Makes the asset, or it and all that it is made from. */
function actions(id, { asset, upstream }, view) {
  const name = decodeURIComponent(id);
  const launch = (body) => async () => view.go(runHref((await tell("runs", body)).run.dagster_run.run_id));
  const verb = asset.kind === "observable" ? "Observe" : "Materialize";
  return h("p", { class: "actions" }, actionButton(verb, launch({ assets: [name] }), { main: true, focus: "make" }),
    upstream.length > 0 && actionButton("and all that it needs", launch({ assets: [name], upstream: true }), { focus: "make all", title: "Make everything above it first" }));
}

const runLink = (runId, text = `run ${runId.slice(0, 8)}`) => h("a", { href: runHref(runId), "data-focus": `run ${runId}` }, text);

function standing(state) {
  const made = state.materialized_at && h("span", {}, "made ", time(state.materialized_at));
  const why = {
    failed: state.run_id && h("span", {}, "see what went wrong in ", runLink(state.run_id)),
    skipped: state.run_id && h("span", {}, runLink(state.run_id), " ended before its turn"),
    running: state.run_id && h("span", {}, "in ", runLink(state.run_id)),
    waiting: state.run_id && h("span", {}, "for its turn in ", runLink(state.run_id)),
  }[state.status];
  return h("div", { class: "standing" }, h("p", {}, assetBadge(state.status), why ?? made), why && made && h("p", { class: "hint" }, "before that it was ", made),
    state.reasons.length ? h("ul", { class: "reasons" }, state.reasons.map((reason) => h("li", {}, reason))) : null);
}

function newestValue({ materialization }, events) {
  if (!materialization) return null;
  const { run_id: runId, timestamp, data } = materialization.event_log_entry;
  const { metadata, partition } = data.materialization;
  const numbers = numbersByName(events.map((record) => record.event_log_entry.data.materialization.metadata).reverse());
  return h("section", {}, h("h3", {}, "Newest value", partition && ` of ${partition}`),
    h("p", { class: "hint" }, time(timestamp), runId && [" in ", runLink(runId)]),
    metadataList(metadata, numbers) ?? h("p", { class: "nothing" }, "It was made without metadata."));
}

function observed(observation) {
  if (!observation) return null;
  const { timestamp, data } = observation.event_log_entry;
  return h("section", {}, h("h3", {}, "Newest observation"), h("p", { class: "hint" }, time(timestamp)), metadataList(data.asset_observation.metadata));
}

function checks(list) {
  if (!list.length) return null;
  return h("section", {}, h("h3", {}, "Checks"), h("ul", { class: "plain" }, list.map(({ check, evaluation }) => {
    const result = evaluation?.event_log_entry.data;
    const state = !result ? "never" : result.passed ? "fresh" : result.severity === "WARN" ? "stale" : "failed";
    const word = !result ? "not evaluated yet" : result.passed ? "passed" : "did not pass";
    return h("li", {}, h("p", { class: "line" }, sign(state), h("span", { class: "name" }, check.key[1]), h("span", { class: "said" }, word, evaluation && [" ", time(evaluation.event_log_entry.timestamp)])),
      (result?.description ?? check.description) && h("p", { class: "hint" }, result?.description ?? check.description), result && metadataList(result.metadata));
  })));
}

function neighbours(title, keys, view) {
  if (!keys.length) return null;
  const states = new Map(view.assets().map((each) => [keyPath(each.asset.key), each.state.status]));
  return h("section", {}, h("h3", {}, title), h("ul", { class: "plain" }, keys.map((key) => h("li", {}, h("a", { class: "line", href: view.address(assetHref(key)), "data-focus": `${title} ${keyPath(key)}` },
    sign(states.get(keyPath(key)) ?? "external"), h("span", { class: "name" }, breakable(keyText(key))))))));
}

function past({ events, next }) {
  if (events.length < 2) return null;
  return h("section", {}, h("h3", {}, "Made before"), h("ul", { class: "plain" }, events.slice(1).map(({ event_log_entry: event }) => h("li", { class: "line" },
    time(event.timestamp), event.data.materialization.partition && h("span", { class: "name" }, event.data.materialization.partition), event.run_id && runLink(event.run_id)))),
  next !== null && h("p", { class: "hint" }, "and earlier"));
}

function definition(asset, jobs) {
  const source = asset.source && `${asset.source.file}:${asset.source.line}`;
  const tags = Object.entries(asset.tags ?? {}).filter(([name]) => !name.startsWith("dagster/kind/")); // shown as kinds
  const facts = [
    ["group", asset.group_name ?? "default"],
    asset.computation && ["stored by", asset.io_manager_key ?? "io_manager"],
    asset.code_version && ["code version", asset.code_version],
    asset.owners?.length && ["owners", asset.owners.join(", ")],
    tags.length && ["tags", tags.map(([name, value]) => (value ? `${name}: ${value}` : name)).join(", ")],
    jobs.length && ["jobs", jobs.join(", ")],
  ].filter(Boolean);
  return h("section", {}, h("h3", {}, "Definition"), h("dl", { class: "facts" }, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    source && h("p", { class: "command" }, h("code", {}, source), copyButton(source)), metadataList(asset.metadata));
}
