// The jobs, how their last run went, and when they are meant to run.

import { ask, tell } from "./api.js";
import { runHref } from "./asset_key.js";
import { actionButton } from "./action.js";
import { cronWords } from "./cron.js";
import { count, h, replace, time } from "./element.js";
import { runBadge } from "./status.js";

/** Opens the view in `main`. */
export function openJobs(main, place, site) {
  const content = h("div", { class: "content" });
  main.className = "sheet";
  main.replaceChildren(h("h1", {}, "Jobs"), content);

  async function refresh() {
    const [{ jobs }, { schedules }, canWrite] = await Promise.all([ask("jobs"), ask("schedules"), site.canWrite]);
    const own = jobs.filter(({ job }) => !job.name.startsWith("__")); // the others belong to schedules and sensors
    replace(content, own.length ? h("ul", { class: "jobs" }, own.map((each) => job(each, schedules, canWrite, site))) : empty());
  }

  return { move() {}, refresh, close() {}, stream: "changes" };
}

function job({ job, kind, newest_run: newest }, schedules, canWrite, site) {
  const launch = async () => site.go(runHref((await tell("runs", { job: job.name })).run.dagster_run.run_id));
  const own = schedules.filter((schedule) => schedule.job_name === job.name);
  return h("li", {}, h("div", { class: "strip" }, h("h2", {}, job.name), canWrite && actionButton("Run", launch, { focus: `launch ${job.name}` })),
    job.description && h("p", {}, job.description),
    h("p", { class: "hint" }, kind === "assets" ? `makes ${count((job.assets ?? []).length, "asset")}` : "a graph of ops"),
    own.map((schedule) => h("p", {}, h("span", { class: "kind" }, "schedule"), " ", schedule.cron_schedules.map((cron, place) => [place > 0 && ", ", h("code", { title: cron }, cronWords(cron))]), ` (${schedule.timezone ?? "UTC"})`)),
    h("p", {}, newest ? [h("a", { href: runHref(newest.dagster_run.run_id), "data-focus": newest.dagster_run.run_id }, "Last run"), " ", runBadge(newest.dagster_run.status), " ", time(newest.start_time ?? newest.created_at),
      " · ", h("a", { href: `/runs?job=${encodeURIComponent(job.name)}`, "data-focus": `runs ${job.name}` }, "all its runs")] : h("span", { class: "hint" }, "has not run yet")));
}

function empty() {
  return h("div", { class: "notice" }, h("p", {}, "There is no job. A job is a choice of assets that run together, by hand or by a schedule: ", h("code", {}, 'hw.define_asset_job("nightly", selection=hw.AssetSelection.all())')));
}
