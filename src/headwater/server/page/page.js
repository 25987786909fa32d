// The page: leads from addresses to views, keeps the shown view current, and says how it stands with the server.

import { ask, listen } from "./api.js";
import { openAssets } from "./assets_view.js";
import { openAutomation } from "./automation_view.js";
import { command, h } from "./element.js";
import { openJobs } from "./jobs_view.js";
import { openRun } from "./run_view.js";
import { openRuns } from "./runs_view.js";

const VIEWS = [
  { name: "assets", title: "Assets", pattern: /^\/$/, open: openAssets },
  { name: "assets", title: "Assets", pattern: /^\/assets\/(.+)$/, open: openAssets, keyed: true },
  { name: "runs", title: "Runs", pattern: /^\/runs$/, open: openRuns },
  { name: "runs", title: "Run", pattern: /^\/runs\/([^/]+)$/, open: openRun },
  { name: "jobs", title: "Jobs", pattern: /^\/jobs$/, open: openJobs },
  { name: "automation", title: "Automation", pattern: /^\/automation$/, open: openAutomation },
];
const LEAST_PAUSE = 400; // between two questions, while much happens

const main = document.getElementById("main");
const live = document.getElementById("live");
let view = null; // what is open: {move, refresh, close, stream}
let opened = null; // which of the views that is, and with what in its address
let stopListening = null;
let pending = null;
let project = "Headwater";
let firstTold = ask("instance");

const canWrite = firstTold.then((instance) => Boolean(instance.can_write), () => false);
const site = { go, complain, live: showLive, canWrite };

/** Goes to an address of this page. `quiet`: it refines what is shown, so it is not a step of its own in the history. */
function go(address, { quiet = false } = {}) {
  history[quiet ? "replaceState" : "pushState"](null, "", address);
  route(quiet);
}

function route(quiet = false) {
  const place = { path: location.pathname, query: new URLSearchParams(location.search), match: null, key: null };
  const found = isReadable(place.path) && VIEWS.find((each) => (place.match = each.pattern.exec(place.path)));
  for (const link of document.querySelectorAll(".views a")) {
    if (link.dataset.view === found?.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!found) {
    leave();
    main.className = "sheet";
    main.replaceChildren(h("h1", {}, "There is no such page"), h("p", {}, h("a", { href: "/" }, "Go to the assets")));
    document.title = "Headwater";
    return;
  }
  // However the address was typed, a key is written in one way here.
  if (found.keyed) place.key = place.match[1].split("/").map((part) => encodeURIComponent(decodeURIComponent(part))).join("/");
  document.title = `${found.keyed ? decodeURIComponent(place.key) : found.title} – ${project}`;
  const same = opened && opened.open === found.open && (found.open !== openRun || opened.path === place.path);
  if (same) {
    view.move(place);
    return;
  }
  leave();
  opened = { open: found.open, path: place.path };
  view = found.open(main, place, site);
  if (!quiet && document.activeElement?.closest(".bar")) main.focus({ preventScroll: true });
  scrollTo(0, 0);
  start(view);
}

function isReadable(path) {
  try {
    return Boolean(decodeURIComponent(path));
  } catch {
    return false; // a % without its digits
  }
}

function leave() {
  stopListening?.();
  stopListening = null;
  clearTimeout(pending);
  pending = null;
  view?.close();
  view = opened = null;
}

/** What the server says of itself; the first view shares the answer with the bar on top. */
function told() {
  const answer = firstTold ?? ask("instance");
  firstTold = null;
  return answer;
}

/** Fills a view, then listens for what changes from the state that it was filled with. */
async function start(started) {
  let number = 0;
  try {
    ({ number } = await told());
    await started.refresh();
  } catch (error) {
    if (view === started) complain(error);
    if (error.status === 404) return;
  }
  if (view !== started || started.stream === null) return;
  stopListening = listen("stream", number, { changed: () => renew(started) }, showLive);
}

function renew(changed) {
  if (pending) return;
  pending = setTimeout(async () => {
    try {
      await changed.refresh();
    } catch (error) {
      if (view === changed) complain(error);
    }
    pending = null;
  }, LEAST_PAUSE);
}

/** Says that the server is there (true), is not (false), or that there is nothing left to wait for ("ended"). */
function showLive(state) {
  const word = state === "ended" ? "ended" : state ? "live" : "reconnecting";
  const before = live.textContent;
  if (before === word) return;
  live.textContent = word;
  live.className = `live ${word}`;
  if (before === "reconnecting" && state === true && view?.stream) renew(view); // the definitions may be others now
}

/** Shows an error instead of the view, or beside it when the server is away for a moment. */
function complain(error) {
  if (error.status === 0) {
    showLive(false);
    return;
  }
  if (error.status === 401) {
    location.reload(); // the server answers with its login page
    return;
  }
  const notFound = error.status === 404;
  main.className = "sheet";
  main.replaceChildren(h("h1", {}, notFound ? "Not found" : "That went wrong"), h("p", {}, error.message ?? String(error)), notFound ? h("p", {}, h("a", { href: "/runs" }, "All runs")) : command("headwater instance info"));
  if (!error.status) throw error;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
  if (link.hash || link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

// What has the role of a button also works as one.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.('a[role="button"]')) {
    event.preventDefault();
    event.target.click();
  }
});

addEventListener("popstate", () => route());

firstTold.then((instance) => {
  const name = instance.location && !instance.location.startsWith("__") ? instance.location : "";
  document.getElementById("project").textContent = name;
  if (name) project = `${name} – Headwater`;
}, complain);
route();
