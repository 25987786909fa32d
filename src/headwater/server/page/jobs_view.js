// The jobs, how their last run went, and when they are meant to run.

import { ask } from "./api.js";
import { runHref } from "./asset_key.js";
import { count, h, replace, time } from "./element.js";
import { runBadge } from "./status.js";

/** Opens the view in `main`. */
export function openJobs(main) {
  const content = h("div", { class: "content" });
  main.className = "sheet";
  main.replaceChildren(h("h1", {}, "Jobs"), content);

  async function refresh() {
    const [{ jobs }, { schedules }] = await Promise.all([ask("jobs"), ask("schedules")]);
    replace(content, jobs.length ? h("ul", { class: "jobs" }, jobs.map((each) => job(each, schedules))) : empty());
  }

  return { move() {}, refresh, close() {}, stream: "changes" };
}

function job({ job, kind, newest_run: newest }, schedules) {
  const own = schedules.filter((schedule) => schedule.job_name === job.name);
  return h("li", {}, h("h2", {}, job.name),
    job.description && h("p", {}, job.description),
    h("p", { class: "hint" }, kind === "assets" ? `makes ${count((job.assets ?? []).length, "asset")}` : "a graph of ops"),
    own.map((schedule) => h("p", {}, h("span", { class: "kind" }, "schedule"), " ", schedule.cron_schedules.map((cron, place) => [place > 0 && ", ", h("code", { title: cron }, cronWords(cron))]), ` (${schedule.timezone ?? "UTC"})`)),
    h("p", {}, newest ? [h("a", { href: runHref(newest.dagster_run.run_id), "data-focus": newest.dagster_run.run_id }, "Last run"), " ", runBadge(newest.dagster_run.status), " ", time(newest.start_time ?? newest.created_at),
      " · ", h("a", { href: `/runs?job=${encodeURIComponent(job.name)}`, "data-focus": `runs ${job.name}` }, "all its runs")] : h("span", { class: "hint" }, "has not run yet")));
}

/** The commonest cron expressions in words; any other as it is. */
function cronWords(cron) {
  const [minute, hour, day, month, weekday] = cron.split(" ");
  if (day !== "*" || month !== "*" || !/^\d+$/.test(minute)) return cron;
  const two = (text) => text.padStart(2, "0");
  if (hour === "*" && weekday === "*") return minute === "0" ? "every hour" : `every hour at :${two(minute)}`;
  if (!/^\d+$/.test(hour)) return cron;
  if (weekday === "*") return `every day at ${two(hour)}:${two(minute)}`;
  if (weekday === "1-5") return `Monday to Friday at ${two(hour)}:${two(minute)}`;
  return cron;
}

function empty() {
  return h("div", { class: "notice" }, h("p", {}, "There is no job. A job is a choice of assets that run together, by hand or by a schedule: ", h("code", {}, 'hw.define_asset_job("nightly", selection=hw.AssetSelection.all())')));
}
