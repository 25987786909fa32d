// The runs: newest first, by status, page by page.

import { ask } from "./api.js";
import { runHref } from "./asset_key.js";
import { command, count, duration, h, replace, time } from "./element.js";
import { isFinished, runBadge } from "./status.js";

const FILTERS = [
  ["", "All"],
  ["QUEUED,NOT_STARTED,STARTING,STARTED,CANCELING", "In progress"],
  ["SUCCESS", "Succeeded"],
  ["FAILURE", "Failed"],
  ["CANCELED", "Cancelled"],
];
const PER_PAGE = 50;

/** Opens the view in `main`. */
export function openRuns(main, place, site) {
  let here = place;
  let shown = PER_PAGE;
  const filters = h("div", { class: "modes", role: "group", "aria-label": "Show only" });
  const content = h("div", { class: "content" });
  main.className = "sheet";
  main.replaceChildren(h("h1", {}, "Runs"), filters, content);

  async function refresh() {
    const status = here.query.get("status") ?? "";
    const job = here.query.get("job") ?? "";
    replace(filters, FILTERS.map(([value, label]) => h("a", { href: address(value, job), "aria-current": value === status ? "true" : null, "data-focus": `filter ${value}` }, label)),
      job && h("a", { class: "chip", href: address(status, ""), "data-focus": "job", title: "Show the runs of all jobs" }, `job ${job} ×`));
    const runs = [];
    let before = null;
    do {
      const page = await ask("runs", { status, job, before, limit: Math.min(1000, shown - runs.length) });
      runs.push(...page.runs);
      before = page.next;
    } while (before !== null && runs.length < shown);
    replace(content, runs.length ? table(runs) : empty(status || job), before !== null && h("button", { type: "button", onclick: more, "data-focus": "more" }, "Show older runs"));
  }

  function more() {
    shown += PER_PAGE;
    refresh().catch(site.complain);
  }

  function move(next) {
    here = next;
    shown = PER_PAGE;
    refresh().catch(site.complain);
  }

  return { move, refresh, close() {}, stream: "changes" };
}

function address(status, job) {
  const query = new URLSearchParams(Object.entries({ status, job }).filter(([, value]) => value));
  return query.size ? `/runs?${query}` : "/runs";
}

function table(runs) {
  return h("table", { class: "runs" },
    h("thead", {}, h("tr", {}, ["Status", "Run", "Job", "Makes", "Started", "Took"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, runs.map(row)));
}

function row({ dagster_run: run, created_at: created, start_time: start, end_time: end }) {
  const took = isFinished(run.status) ? start && end && duration(end - start) : start && duration(Date.now() / 1000 - start);
  return h("tr", {}, h("td", {}, runBadge(run.status)),
    h("td", {}, h("a", { class: "cover", href: runHref(run.run_id), "data-focus": run.run_id }, run.run_id.slice(0, 8))),
    h("td", { class: "wide" }, jobName(run.job_name)),
    h("td", { class: "wide" }, run.asset_selection ? count(run.asset_selection.length, "asset") : "ops"),
    h("td", {}, time(start ?? created)),
    h("td", { class: "right" }, took || ""));
}

/** The name of a job as people know it: assets that are run without one have a job of their own making. */
export const jobName = (name) => (name.startsWith("__") ? "assets chosen by hand" : name);

function empty(filtered) {
  if (filtered) return h("p", { class: "nothing" }, "No run is like that.");
  return h("div", { class: "notice" }, h("p", {}, "Nothing has run yet. In the folder of the project:"), command("headwater asset materialize --select '*'"));
}
