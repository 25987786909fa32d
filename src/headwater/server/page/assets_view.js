// The assets: a graph in layers or a list by group, how each stands, and one of them in the panel beside.

import { actionButton } from "./action.js";
import { ask, tell } from "./api.js";
import { assetHref, keyName, keyPath, keyPrefix, keyText, runHref } from "./asset_key.js";
import { openPanel } from "./asset_panel.js";
import { breakable, command, count, h, replace, svg, time } from "./element.js";
import { failures } from "./failure.js";
import { CARD, edgeLine, layout } from "./layout.js";
import { ASSET_STATES, sign } from "./status.js";

const MOST_IN_GRAPH = 300; // beyond that the list comes first
const NARROW = matchMedia("(max-width: 700px)");

const FIRST_ASSET = `import headwater as hw

@hw.asset
def numbers() -> list[int]:
    return [1, 2, 3]

@hw.asset
def total(numbers: list[int]) -> int:
    return sum(numbers)

defs = hw.Definitions(assets=[numbers, total])`;

/** Opens the view in `main`. `place` says what the address asks for. */
export function openAssets(main, place, site) {
  const tools = h("div", { class: "tools" });
  const hint = h("div", { class: "hints" });
  const faults = h("div", { class: "hints" });
  const launch = h("span", { class: "action" });
  const content = h("div", { class: "content" });
  const side = h("aside", { class: "panel", "aria-label": "Asset", hidden: true });
  main.className = "assets";
  main.replaceChildren(h("div", { class: "stage" }, h("h1", { class: "unseen" }, "Assets"), tools, faults, hint, content), side);

  let here = place;
  let assets = [];
  let number = 0;
  let drawn = "";
  let locations = [];
  let canWrite = false;
  let panel = null;
  let brokenShown = "[]";
  const search = h("input", { type: "search", placeholder: "Find an asset", "aria-label": "Find an asset", value: place.query.get("find") ?? "", oninput: find });
  const counts = h("div", { class: "chips", role: "group", "aria-label": "Show only" });
  const modes = h("div", { class: "modes", role: "group", "aria-label": "Show as" });
  NARROW.addEventListener("change", draw);
  document.addEventListener("keydown", press);

  function find() {
    site.go(address({ find: search.value }), { quiet: true });
  }

  function press(event) {
    const typing = ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && panel && !document.querySelector("dialog[open]")) close();
  }

  function close() {
    const id = here.key;
    site.go(address({}, "/"));
    content.querySelector(`[data-focus="${CSS.escape(id)}"]`)?.focus();
  }

  /** The address of this view with some of its query changed. */
  function address(changes, path = here.path) {
    const query = new URLSearchParams(here.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    return path + (query.size ? `?${query}` : "");
  }

  async function refresh() {
    [{ assets, number }, { locations }, canWrite] = await Promise.all([ask("graph"), ask("locations"), site.canWrite]);
    draw();
    await panel?.refresh();
    return number;
  }

  function move(next) {
    here = next;
    if (document.activeElement !== search) search.value = here.query.get("find") ?? "";
    draw();
  }

  function draw() {
    if (!assets.length) {
      drawHints();
      drawEmpty();
      return;
    }
    const entries = assets.map((each) => entry(each, here));
    drawTools();
    drawHints();
    const asList = mode() === "list";
    content.className = `content ${asList ? "list" : "graph"}`;
    // A graph whose cards stay in place is painted anew, not built anew: scroll position and focus survive.
    const shape = JSON.stringify([asList, entries.map((each) => [each.id, each.group, each.parents])]);
    if (asList) {
      replace(content, listSections(entries.filter((each) => each.matches), address));
      drawn = "";
    } else if (drawn !== shape) {
      replace(content, graphPlane(entries, address));
      drawn = shape;
    }
    if (!asList) paint(content, entries, here.key, address);
    drawPanel();
  }

  function mode() {
    return here.query.get("view") ?? (NARROW.matches || assets.length > MOST_IN_GRAPH ? "list" : "graph");
  }

  function drawTools() {
    const only = here.query.get("state");
    const byState = Object.keys(ASSET_STATES).map((state) => [state, assets.filter((each) => each.state.status === state).length]);
    const chip = (state, number, label) => h("a", { class: "chip", href: address({ state: state === only ? "" : state }), "aria-pressed": String(state === only), role: "button", "data-focus": `chip ${state}` },
      state && sign(state), `${number} ${label}`);
    replace(counts, byState.filter(([state, number]) => number || state === only).map(([state, number]) => chip(state, number, ASSET_STATES[state])));
    replace(modes, ["graph", "list"].map((each) => h("a", { href: address({ view: each }), "aria-current": mode() === each ? "true" : null, "data-focus": `mode ${each}` }, each === "graph" ? "Graph" : "List")));
    drawLaunch();
    if (!search.isConnected) tools.replaceChildren(counts, search, modes, launch);
  }

  /** The button that makes what is shown: everything, or what the filters leave. */
  function drawLaunch() {
    const made = assets.filter((each) => each.asset.computation);
    const wanted = made.map((each) => entry(each, here)).filter((each) => each.matches);
    const label = wanted.length === made.length ? "Materialize all" : `Materialize ${count(wanted.length, "asset")}`;
    const make = async () => site.go(runHref((await tell("runs", { assets: wanted.map((each) => decodeURIComponent(each.id)) })).run.dagster_run.run_id));
    if (launch.dataset.label === label && launch.dataset.keys === String(wanted.map((each) => each.id))) return;
    launch.dataset.label = label;
    launch.dataset.keys = wanted.map((each) => each.id);
    replace(launch, canWrite && wanted.length ? actionButton(label, make, { main: true, focus: "launch" }) : null);
  }

  function drawHints() {
    const untouched = assets.every((each) => ["never", "external"].includes(each.state.status)) && assets.some((each) => each.state.status === "never");
    const broken = locations.filter((each) => each.error);
    const shown = JSON.stringify(broken.map((each) => [each.name, each.error]));
    if (shown !== brokenShown) replace(faults, broken.map((each) => h("div", { class: "fault", role: "alert" },
      failures([{ event_log_entry: { kind: "RUN_FAILURE", where: [h("strong", {}, `The code of ${each.name} cannot be loaded.`), each.loaded_at ? [" What is shown was loaded ", time(each.loaded_at), "."] : " It is loaded again when a file changes."], message: each.error.message, data: { error: each.error } } }]))));
    brokenShown = shown;
    replace(hint, !canWrite && untouched && h("div", { class: "notice" }, h("p", {}, "Nothing has been made yet. In the folder of the project:"), command("headwater asset materialize --select '*'")));
  }

  function drawEmpty() {
    drawn = "";
    tools.replaceChildren();
    content.className = "content";
    replace(content, h("div", { class: "welcome" },
      h("h2", {}, "There is no asset here yet"),
      h("p", {}, "An asset is a function whose result is worth keeping: a table, a file, a model. Put two into a file, say ", h("code", {}, "definitions.py"), ":"),
      h("pre", {}, h("code", {}, FIRST_ASSET)),
      h("p", {}, "A parameter with the name of another asset receives that asset's stored value. Then make them, and come back here:"),
      command("headwater asset materialize -f definitions.py --select '*'")));
  }

  function drawPanel() {
    if (here.key === panel?.id) return;
    panel?.close();
    panel = null;
    side.hidden = here.key === null;
    main.classList.toggle("with-panel", here.key !== null);
    if (here.key === null) return;
    panel = openPanel(side, here.key, { close, assets: () => assets, address: (path) => address({}, path), canWrite: site.canWrite, go: site.go });
    panel.refresh().catch(site.complain);
    content.querySelector(`[data-focus="${CSS.escape(here.key)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function stop() {
    NARROW.removeEventListener("change", draw);
    document.removeEventListener("keydown", press);
    panel?.close();
    main.classList.remove("with-panel");
  }

  return { move, refresh, close: stop, stream: "changes" };
}

/** What is shown of one asset. */
function entry({ asset, state }, here) {
  const key = asset.key;
  const only = here.query.get("state");
  const wanted = (here.query.get("find") ?? "").toLowerCase();
  return {
    id: keyPath(key),
    key,
    group: asset.group_name ?? "default",
    kinds: asset.kinds ?? [],
    parents: [...new Set((asset.deps ?? []).map((dep) => keyPath(dep.key)))],
    state,
    matches: (!only || state.status === only) && keyText(key).toLowerCase().includes(wanted),
  };
}

const said = ({ state }) => (state.status === "fresh" && state.materialized_at ? time(state.materialized_at) : h("span", {}, ASSET_STATES[state.status]));

const kindTags = (kinds) => kinds.slice(0, 2).map((kind) => h("span", { class: "kind" }, kind));

// -- the list ---------------------------------------------------------------------------------------------------

function listSections(entries, address) {
  if (!entries.length) return [h("p", { class: "nothing" }, "No asset is like that.")];
  const groups = Map.groupBy ? Map.groupBy(entries, (each) => each.group) : grouped(entries);
  return [...groups].map(([group, members]) => h("section", { class: "group" }, h("h2", {}, group, h("span", { class: "count" }, String(members.length))),
    h("ul", {}, members.map((each) => h("li", {}, listRow(each, address))))));
}

function grouped(entries) {
  const groups = new Map();
  for (const each of entries) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return groups;
}

function listRow(each, address) {
  return h("a", { class: `row ${each.state.status}`, href: address({}, assetHref(each.key)), "data-focus": each.id },
    sign(each.state.status),
    h("span", { class: "name" }, h("span", { class: "prefix" }, breakable(keyPrefix(each.key))), breakable(keyName(each.key))),
    h("span", { class: "kinds" }, kindTags(each.kinds)),
    h("span", { class: "needs" }, each.parents.length ? `needs ${count(each.parents.length, "asset")}` : ""),
    h("span", { class: "said" }, said(each)));
}

// -- the graph --------------------------------------------------------------------------------------------------

function graphPlane(entries, address) {
  const { cards, boxes, width, height } = layout(entries);
  const edges = svg("svg", { class: "edges", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    entries.flatMap((each) => each.parents.filter((parent) => cards.has(parent)).map((parent) => svg("path", { d: edgeLine(parent, each.id, cards), "data-from": parent, "data-to": each.id }))));
  const plane = h("div", { class: "plane" },
    boxes.map((box) => at(h("div", { class: "box" }, box.group !== null && h("span", {}, box.group)), box)),
    edges,
    entries.map((each) => at(h("a", { class: "card", href: address({}, assetHref(each.key)), "data-focus": each.id, title: keyText(each.key) }), { ...cards.get(each.id), ...CARD })));
  return at(plane, { x: 0, y: 0, width, height });
}

function at(element, { x, y, width, height }) {
  Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  return element;
}

/** Shows on the cards how each asset stands now, and which of them belong to the selected one. */
function paint(content, entries, selected, address) {
  const byId = new Map(entries.map((each) => [each.id, each]));
  const near = new Set(byId.has(selected) ? [selected, ...byId.get(selected).parents, ...entries.filter((each) => each.parents.includes(selected)).map((each) => each.id)] : []);
  for (const card of content.querySelectorAll(".card")) {
    const each = byId.get(card.dataset.focus);
    card.className = `card ${each.state.status}`;
    card.classList.toggle("chosen", each.id === selected);
    card.classList.toggle("dim", !each.matches || (near.size > 0 && !near.has(each.id)));
    card.href = address({}, assetHref(each.key));
    if (each.id === selected) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
    card.replaceChildren(
      h("span", { class: "name" }, sign(each.state.status), h("span", { class: "label" }, keyName(each.key))),
      h("span", { class: "below" }, h("span", { class: "said" }, said(each)), kindTags(each.kinds)));
  }
  for (const path of content.querySelectorAll(".edges path")) {
    const touches = path.dataset.from === selected || path.dataset.to === selected;
    path.setAttribute("class", near.size === 0 ? "" : touches ? "on" : "off");
  }
}
