// The events of a run, line by line: only those on the screen are in the document.
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine, ArrowUpToLine } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { DagsterEventType, ErrorInfo, Event, EventLogRecord } from "../api/types";
import { assetHref, keyText } from "../asset/asset_key";
import { Failed } from "../parts/failed";
import { Failure } from "../parts/failure";
import { useSettings } from "../shell/settings";
import { useRunEvents } from "./run_events";
import "./event_list.css";

const LINE = 27;
const NEAR_END = 120; // px: who is so near is following

export const KINDS: Record<string, readonly DagsterEventType[] | null> = {
  everything: null,
  logs: ["LOG"],
  assets: ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION", "ASSET_CHECK_EVALUATION"],
  failures: ["STEP_FAILURE", "PIPELINE_FAILURE", "HOOK_ERRORED", "STEP_UP_FOR_RETRY", "RESOURCE_INIT_FAILURE"],
};

export function EventList({ runId, step, kind, live }: { runId: string; step: string | null; kind: string; live: boolean }) {
  const events = useRunEvents(runId, { step, kinds: KINDS[kind] ?? null }, live);
  const { records, hasBefore, hasAfter, loading, loadBefore, loadAfter } = events;
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<number | null>(null);
  const follows = useRef(live);
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (place) => records[place]?.storage_id ?? place,
    overscan: 16,
  });
  const items = rows.getVirtualItems();
  const lowest = items.at(-1)?.index ?? 0;
  const highest = items[0]?.index ?? 0;

  useEffect(() => {
    if (!loading && hasAfter && lowest > records.length - 60) loadAfter();
  }, [lowest, records.length, hasAfter, loading, loadAfter]);
  useEffect(() => {
    if (!loading && hasBefore && highest < 30 && (scroller.current?.scrollTop ?? 0) < LINE * 40) loadBefore();
  }, [highest, hasBefore, loading, loadBefore]);

  // What is put before the first line moves nothing on the screen; who is at the end stays there.
  const anchor = useRef<{ id: number; count: number } | null>(null);
  const head = records[0]?.storage_id ?? 0;
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const before = anchor.current;
    if (before && head < before.id && records.length > before.count) {
      const added = records.findIndex((each) => each.storage_id === before.id);
      if (added > 0) box.scrollTop += added * LINE;
    } else if (follows.current && !hasAfter && records.length) {
      rows.scrollToIndex(records.length - 1, { align: "end" });
    }
    anchor.current = { id: head, count: records.length };
  }, [head, records, hasAfter, rows]);

  function scrolled() {
    const box = scroller.current;
    if (box) follows.current = !hasAfter && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  }
  function jump(to: "start" | "end") {
    follows.current = to === "end";
    if ((to === "start" && !hasBefore) || (to === "end" && !hasAfter)) rows.scrollToIndex(to === "start" ? 0 : records.length - 1);
    else {
      anchor.current = null;
      events.jump(to);
      if (to === "start") scroller.current?.scrollTo({ top: 0 });
    }
  }

  if (events.error && !records.length) return <Failed error={events.error} />;
  if (!records.length && !loading) return <p className="skeleton">{live ? "Nothing has happened yet." : "No events of this kind."}</p>;
  return (
    <div className="event-list">
      <div className="lines" ref={scroller} onScroll={scrolled} tabIndex={0} role="log" aria-label="Events" aria-live="off">
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {items.map((item) => {
            const record = records[item.index] as EventLogRecord;
            return (
              <EventLine
                key={record.storage_id}
                record={record}
                open={open === record.storage_id}
                toggle={() => setOpen(open === record.storage_id ? null : record.storage_id)}
                top={item.start}
                place={item.index}
                measure={rows.measureElement}
              />
            );
          })}
        </div>
      </div>
      <div className="jumps">
        <button type="button" className="button small icon" aria-label="To the first event" title="To the first event" onClick={() => jump("start")}><ArrowUpToLine size={14} /></button>
        <button type="button" className="button small icon" aria-label="To the last event" title="To the last event" onClick={() => jump("end")}><ArrowDownToLine size={14} /></button>
      </div>
    </div>
  );
}

interface LineProps {
  record: EventLogRecord;
  open: boolean;
  toggle: () => void;
  top: number;
  place: number;
  measure: (element: HTMLElement | null) => void;
}

function EventLine({ record, open, toggle, top, place, measure }: LineProps) {
  const { zone } = useSettings();
  const event = record.event_log_entry;
  const level = event.level ?? 10;
  const tone = isBad(event) ? "is-failed" : level >= 40 ? "is-failed" : level >= 30 ? "is-stale" : event.kind === "ASSET_MATERIALIZATION" ? "is-fresh" : "";
  return (
    <div className={`event ${tone} ${event.kind === "LOG" ? "log" : ""}`} ref={measure} data-index={place} data-open={open} style={{ transform: `translateY(${top}px)` }}>
      <button type="button" className="line" aria-expanded={open} onClick={toggle}>
        <span className="time">{clock(event.timestamp ?? 0, zone)}</span>
        <span className="step-key cut" title={event.step_key ?? undefined}>{event.step_key ?? ""}</span>
        <span className="kind cut">{kindWord(event)}</span>
        <span className="text cut">{textOf(event)}</span>
      </button>
      {open && <Detail event={event} />}
    </div>
  );
}

function Detail({ event }: { event: Event }) {
  const data = event.data;
  const error = errorOf(event);
  const metadata = data && "materialization" in data ? data.materialization.metadata : data && "metadata" in data ? data.metadata : undefined;
  const key = data && "materialization" in data ? data.materialization.asset_key : data && "asset_key" in data ? data.asset_key : undefined;
  return (
    <div className="detail">
      {event.message && <pre className="message">{event.message}</pre>}
      {key && <p>Asset <Link href={assetHref(key)}>{keyText(key)}</Link></p>}
      {metadata && Object.keys(metadata).length > 0 && (
        <dl className="facts">
          {Object.entries(metadata).map(([name, value]) => <Fact key={name} name={name} value={value} />)}
        </dl>
      )}
      {error && <Failure error={error} />}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: object }) {
  return (
    <>
      <dt>{name}</dt>
      <dd><code>{plain(value)}</code></dd>
    </>
  );
}

/** A metadata value in one piece of text; the view of the asset shows it as it is meant. */
function plain(value: object): string {
  const { type: _, ...rest } = value as Record<string, unknown>;
  const only = Object.values(rest);
  const shown = only.length === 1 ? only[0] : rest;
  const text = typeof shown === "string" ? shown : JSON.stringify(shown);
  return text && text.length > 2000 ? `${text.slice(0, 2000)} …` : (text ?? "");
}

function errorOf(event: Event): ErrorInfo | null {
  const data = event.data;
  return data && "error" in data ? (data.error ?? null) : null;
}

const isBad = (event: Event) => /FAILURE|ERRORED/.test(event.kind);

const WORDS: Partial<Record<DagsterEventType, string>> = {
  PIPELINE_ENQUEUED: "queued",
  PIPELINE_DEQUEUED: "dequeued",
  PIPELINE_STARTING: "starting",
  PIPELINE_START: "run begins",
  PIPELINE_SUCCESS: "run succeeded",
  PIPELINE_FAILURE: "run failed",
  PIPELINE_CANCELING: "cancelling",
  PIPELINE_CANCELED: "cancelled",
  STEP_START: "begins",
  STEP_SUCCESS: "succeeded",
  STEP_FAILURE: "failed",
  STEP_SKIPPED: "skipped",
  STEP_UP_FOR_RETRY: "will retry",
  STEP_RESTARTED: "begins again",
  STEP_OUTPUT: "output",
  STEP_INPUT: "input",
  HANDLED_OUTPUT: "stored",
  LOADED_INPUT: "loaded",
  ASSET_MATERIALIZATION: "materialized",
  ASSET_MATERIALIZATION_PLANNED: "planned",
  ASSET_OBSERVATION: "observed",
  ASSET_CHECK_EVALUATION: "check",
  ASSET_CHECK_EVALUATION_PLANNED: "check planned",
  LOGS_CAPTURED: "output kept",
  ENGINE_EVENT: "engine",
  HOOK_ERRORED: "hook failed",
};

const LEVELS: [number, string][] = [[50, "critical"], [40, "error"], [30, "warning"], [20, "info"], [0, "debug"]];

function kindWord(event: Event): string {
  if (event.kind === "LOG") return LEVELS.find(([least]) => (event.level ?? 10) >= least)?.[1] ?? "log";
  return WORDS[event.kind] ?? event.kind.toLowerCase().replaceAll("_", " ");
}

function textOf(event: Event): string {
  const error = errorOf(event);
  const first = (event.message ?? "").split("\n", 1)[0] ?? "";
  if (!error) return first;
  return first || `${error.cls_name}: ${error.message}`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The time of day with milliseconds. */
function clock(seconds: number, zone: string): string {
  let format = clocks.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });
    clocks.set(zone, format);
  }
  return format.format(seconds * 1000).replace(",", ".");
}
