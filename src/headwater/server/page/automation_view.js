// What runs by itself: schedules and sensors, on or off, when they are due, how their last evaluations went.

import { ask, tell } from "./api.js";
import { actionButton } from "./action.js";
import { runHref } from "./asset_key.js";
import { cronWords } from "./cron.js";
import { clock, count, h, replace, time } from "./element.js";
import { failures } from "./failure.js";
import { sign } from "./status.js";

const SECONDS_BETWEEN_LOOKS = 3; // ticks are no events, so nobody tells of them
const OF_TICK = { SUCCESS: ["fresh", "asked for runs"], SKIPPED: ["skipped", "nothing to run"], FAILURE: ["failed", "failed"] };

/** Opens the view in `main`. */
export function openAutomation(main, place, site) {
  const content = h("div", { class: "content" });
  const previews = new Map(); // what previews have told, by address
  main.className = "sheet";
  main.replaceChildren(h("h1", {}, "Automation"), content);
  const looking = setInterval(() => refresh().catch(site.complain), SECONDS_BETWEEN_LOOKS * 1000);

  async function refresh() {
    const { automations, can_write: canWrite } = await ask("automations");
    const opened = new Set([...content.querySelectorAll("details[open]")].map((each) => each.dataset.name));
    const section = (kind, title) => {
      const own = automations.filter((each) => each.kind === kind);
      return own.length ? h("section", {}, h("h2", {}, title), h("ul", { class: "jobs" }, own.map((each) => item(each, canWrite, opened)))) : null;
    };
    replace(content, automations.length ? [section("schedule", "Schedules"), section("sensor", "Sensors")] : empty());
  }

  function item(each, canWrite, opened) {
    const { definition, running, kind, location, ticks } = each;
    const path = `automations/${encodeURIComponent(location)}/${encodeURIComponent(definition.name)}`;
    const act = (what) => async () => { await tell(`${path}/${what}`); await refresh(); };
    const look = async () => { previews.set(path, await tell(`${path}/preview`)); await refresh(); };
    const newest = ticks?.[0];
    return h("li", { class: running ? "on" : "off" },
      h("div", { class: "strip" }, h("h3", {}, definition.name), h("span", { class: `badge ${running ? "fresh" : "never"}` }, sign(running ? "fresh" : "never"), running ? "on" : "off"),
        canWrite && actionButton(running ? "Switch off" : "Switch on", act(running ? "stop" : "start"), { focus: `switch ${path}` }),
        canWrite && actionButton("Preview", look, { focus: `preview ${path}`, title: "Evaluate it now and record nothing" })),
      definition.description && h("p", {}, definition.description),
      h("p", { class: "hint" }, kind === "schedule" ? when(definition) : `looks every ${definition.minimum_interval_seconds ?? 30} s`, targets(definition, kind)),
      running && due(each),
      newest && h("p", { class: "strip" }, h("span", { class: "hint" }, "Last"), tickLine(newest)),
      ticks?.length > 1 && history(each, ticks, opened.has(path), path),
      previews.has(path) && preview(previews.get(path), () => { previews.delete(path); refresh().catch(site.complain); }, path));
  }

  return { move() {}, refresh, close: () => clearInterval(looking), stream: "changes" };
}

function when(definition) {
  return [definition.cron_schedules.map((cron, place) => [place > 0 && ", ", h("span", { title: cron }, cronWords(cron))]), ` (${definition.timezone ?? "UTC"})`];
}

function targets(definition, kind) {
  const names = kind === "schedule" ? [definition.job_name] : definition.job_names ?? [];
  const own = names.filter((name) => !name.startsWith("__"));
  return own.length ? [" · ", own.length === 1 ? "runs " : "may run ", own.join(", ")] : null;
}

function due({ next_at: moments, kind }) {
  if (!moments.length) return null;
  if (kind === "sensor") return h("p", { class: "hint" }, "next look ", fromNow(moments[0]));
  return h("p", { class: "hint" }, "next ", fromNow(moments[0]), moments.length > 1 && [", then ", moments.slice(1).map((at, place) => [place > 0 && ", ", time(at, moment)])]);
}

/** A moment to come, from now. */
function fromNow(at) {
  return time(at, () => {
    const seconds = Math.round(at - Date.now() / 1000);
    if (seconds < 1) return "now";
    if (seconds < 90) return `in ${seconds} s`;
    if (seconds < 5400) return `in ${Math.round(seconds / 60)} min`;
    if (seconds < 129_600) return `in ${Math.round(seconds / 3600)} h`;
    return `in ${count(Math.round(seconds / 86_400), "day")}`;
  });
}

const moment = (at) => new Date(at * 1000).toLocaleString(undefined, { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

function tickLine(tick) {
  const [state, word] = OF_TICK[tick.status];
  const runs = tick.run_ids ?? [];
  const known = (tick.known_run_ids ?? []).length;
  return [sign(state), h("span", { title: clock(tick.ended_at) }, time(tick.due_at)), h("span", {}, tick.message ?? (runs.length ? "" : known ? `${count(known, "run")} launched before` : word)),
    runs.map((id) => h("a", { href: runHref(id), "data-focus": `run ${id}` }, `run ${id.slice(0, 8)}`)), tick.attempts > 1 && h("span", { class: "kind" }, `attempt ${tick.attempts}`)];
}

function history(each, ticks, open, path) {
  return h("details", { "data-name": path, open }, h("summary", {}, h("span", { class: "signs" }, ticks.map((tick) => sign(OF_TICK[tick.status][0]))), " ticks before"),
    h("ul", { class: "plain" }, ticks.slice(1).map((tick) => h("li", { class: "strip" }, tickLine(tick)))));
}

function preview({ result, error }, close, path) {
  const said = error ? failures([{ event_log_entry: { kind: "RUN_FAILURE", where: "raise", message: error.message, data: { error } } }]) : wanted(result);
  return h("div", { class: "notice" }, h("p", { class: "strip" }, h("strong", {}, "It would now"), h("button", { type: "button", class: "small", onclick: close, "data-focus": `close ${path}` }, "Close")), said);
}

function wanted(result) {
  const runs = result.run_requests ?? [];
  return [
    runs.length ? h("ul", { class: "plain" }, runs.map((each) => h("li", {}, "run ", each.job_name ?? "", each.run_key && h("code", {}, each.run_key), each.partition_key && h("span", { class: "kind" }, each.partition_key),
      Object.keys(each.run_config ?? {}).length > 0 && h("pre", {}, h("code", {}, JSON.stringify(each.run_config, null, 2)))))) : h("p", {}, `run nothing: ${result.skip_message ?? "it gives no run request"}`),
    result.cursor && h("p", { class: "hint" }, "and leave the cursor ", h("code", {}, result.cursor)),
    result.failures?.length > 0 && h("p", {}, result.failures.join("; ")),
  ];
}

function empty() {
  return h("div", { class: "notice" }, h("p", {}, "Nothing runs by itself here. A schedule: "), h("pre", {}, h("code", {}, 'nightly = hw.ScheduleDefinition("nightly", cron_schedule="0 2 * * *", target=hw.AssetSelection.all())')), h("p", {}, "and then ", h("code", {}, "hw.Definitions(..., schedules=[nightly])"), "."));
}
