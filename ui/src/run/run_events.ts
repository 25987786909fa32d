// The events of a run as a window onto its log: a page from the beginning or the end, more pages at both ends when they are
// asked for, and what happens meanwhile. A run of a hundred thousand events is never held as a whole unless it was all read.
import { useCallback, useEffect, useRef, useState } from "react";
import { ask, Refused } from "../api/ask";
import { listen } from "../api/live";
import type { DagsterEventType, EventLogRecord } from "../api/types";

const PAGE = 500;
const MOST_KEPT = 20_000; // beyond, what is farthest from the reader is let go

export interface Filter {
  step: string | null;
  kinds: readonly DagsterEventType[] | null;
}

export interface RunEvents {
  records: EventLogRecord[];
  /** There is more before the first, or after the last one. */
  hasBefore: boolean;
  hasAfter: boolean;
  loading: boolean;
  error: Error | null;
  loadBefore: () => void;
  loadAfter: () => void;
  jump: (to: "start" | "end") => void;
}

interface Window {
  records: EventLogRecord[];
  hasBefore: boolean;
  hasAfter: boolean;
}

const EMPTY: Window = { records: [], hasBefore: false, hasAfter: false };

/** The window onto the events of a run; `live` while the run is at work. */
export function useRunEvents(runId: string, filter: Filter, live: boolean): RunEvents {
  const [window, setWindow] = useState<Window>(EMPTY);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<Error | null>(null);
  const busy = useRef(false);
  const round = useRef(0);
  const kinds = filter.kinds?.join(",") ?? "";

  const read = useCallback(
    async (query: { after?: number; before?: number; order: "oldest" | "newest" }, join: (page: EventLogRecord[], more: boolean, old: Window) => Window) => {
      if (busy.current) return;
      busy.current = true;
      setLoading(true);
      const mine = round.current;
      try {
        const answer = await ask("/runs/{run_id}/events", { run_id: runId }, { ...query, limit: PAGE, step: filter.step, kind: kinds ? (kinds.split(",") as DagsterEventType[]) : null });
        if (mine === round.current) setWindow((old) => join(answer.events, answer.next !== null, old));
        setError(null);
      } catch (raised) {
        setError(raised instanceof Refused ? raised : new Error(String(raised)));
      } finally {
        if (mine === round.current) {
          busy.current = false;
          setLoading(false);
        }
      }
    },
    [runId, filter.step, kinds],
  );

  const jump = useCallback(
    (to: "start" | "end") => {
      round.current += 1;
      busy.current = false;
      if (to === "start") void read({ order: "oldest" }, (page, more) => ({ records: page, hasBefore: false, hasAfter: more }));
      else void read({ order: "newest" }, (page, more) => ({ records: page, hasBefore: more, hasAfter: false }));
    },
    [read],
  );

  // A run at work is opened at its end, one that has ended at its beginning.
  const first = useRef(live);
  first.current = live;
  useEffect(() => {
    setWindow(EMPTY);
    jump(first.current ? "end" : "start");
  }, [jump]);

  const { records, hasAfter } = window;
  const last = records.at(-1)?.storage_id;
  const head = records[0]?.storage_id;
  const loadAfter = useCallback(() => {
    if (last !== undefined) void read({ order: "oldest", after: last }, (page, more, old) => trim({ ...old, records: [...old.records, ...page], hasAfter: more }, "start"));
  }, [last, read]);
  const loadBefore = useCallback(() => {
    if (head !== undefined) void read({ order: "newest", before: head }, (page, more, old) => trim({ ...old, records: [...page, ...old.records], hasBefore: more }, "end"));
  }, [head, read]);

  // The tail: only where the window reaches the end of the log.
  const isReady = !loading;
  const tail = useRef(0);
  tail.current = last ?? 0;
  useEffect(() => {
    if (!live || hasAfter || !isReady) return;
    let waiting: EventLogRecord[] = [];
    let frame = 0;
    const wanted = new Set(kinds ? kinds.split(",") : []);
    const flush = () => {
      frame = 0;
      const arrived = waiting;
      waiting = [];
      setWindow((old) => {
        const place = old.records.at(-1)?.storage_id ?? 0;
        const fresh = arrived.filter((each) => each.storage_id > place);
        return fresh.length ? trim({ ...old, records: [...old.records, ...fresh] }, "start") : old;
      });
    };
    return listen(
      `/api/v1/runs/${encodeURIComponent(runId)}/stream`,
      {
        event: (data) => {
          const record = data as EventLogRecord;
          const { step_key: step, kind } = record.event_log_entry;
          if ((filter.step && step !== filter.step) || (wanted.size && !wanted.has(kind))) return;
          waiting.push(record);
          frame ||= requestAnimationFrame(flush);
        },
        end: () => {},
      },
      () => {},
      tail.current,
    );
  }, [runId, live, hasAfter, isReady, filter.step, kinds]);

  return { ...window, loading, error, loadBefore, loadAfter, jump };
}

function trim(window: Window, side: "start" | "end"): Window {
  const over = window.records.length - MOST_KEPT;
  if (over <= 0) return window;
  if (side === "start") return { ...window, records: window.records.slice(over), hasBefore: true };
  return { ...window, records: window.records.slice(0, -over), hasAfter: true };
}
