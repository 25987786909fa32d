// How assets, runs and steps stand: a sign, a word and a colour for each, never the colour alone.
import type { AssetStatus } from "../api/types";

export type State = AssetStatus;

/** The words for the states of an asset, in the order in which they are counted. */
export const STATE_WORDS: Record<State, string> = {
  failed: "failed",
  running: "running",
  waiting: "waiting",
  skipped: "not reached",
  stale: "stale",
  never: "never made",
  fresh: "fresh",
  external: "external",
};

const OF_RUN: Record<string, [State, string]> = {
  QUEUED: ["waiting", "queued"],
  NOT_STARTED: ["waiting", "not started"],
  MANAGED: ["waiting", "managed"],
  STARTING: ["running", "starting"],
  STARTED: ["running", "running"],
  SUCCESS: ["fresh", "succeeded"],
  FAILURE: ["failed", "failed"],
  CANCELING: ["stale", "cancelling"],
  CANCELED: ["stale", "cancelled"],
  SKIPPED: ["skipped", "skipped"],
  RETRYING: ["running", "retrying"],
};

/** The sign of a state. */
export function Sign({ state }: { state: State }) {
  return (
    <svg className={`sign is-${state}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

const SHAPES: Record<State, React.ReactNode> = {
  fresh: <><circle cx="8" cy="8" r="7" className="full" /><path d="M4.8 8.2l2.2 2.2 4.2-4.6" className="cut" /></>,
  failed: <><circle cx="8" cy="8" r="7" className="full" /><path d="M5.500 5.500l5 5m0-5l-5 5" className="cut" /></>,
  stale: <><circle cx="8" cy="8" r="6.2" className="ring" /><path d="M8 4.500V8l2.500 1.800" className="line" /></>,
  running: <><circle cx="8" cy="8" r="6.2" className="track" /><path d="M8 1.800a6.200 6.200 0 0 1 6.200 6.200" className="line turning" /></>,
  waiting: <><circle cx="8" cy="8" r="6.2" className="ring" /><path d="M5 8h.01M8 8h.01M11 8h.01" className="line" /></>,
  skipped: <><circle cx="8" cy="8" r="6.2" className="ring" /><path d="M5 8h6" className="line" /></>,
  never: <circle cx="8" cy="8" r="6.2" className="ring" />,
  external: <><circle cx="8" cy="8" r="6.2" className="ring dashed" /><path d="M8 8h.01" className="line" /></>,
};

/** The state of an asset, with its sign and word. */
export function StateBadge({ state }: { state: State }) {
  return <span className={`badge is-${state}`}><Sign state={state} />{STATE_WORDS[state]}</span>;
}

/** The state whose colour and sign a run or step has. */
export const runState = (status: string): State => OF_RUN[status]?.[0] ?? "never";

/** The status of a run or step in a word. */
export const runWord = (status: string): string => OF_RUN[status]?.[1] ?? status.toLowerCase();

/** The status of a run or step, with its sign and word. */
export function RunBadge({ status }: { status: string }) {
  return <span className={`badge is-${runState(status)}`}><Sign state={runState(status)} />{runWord(status)}</span>;
}

/** Whether a run has ended. */
export const isFinished = (status: string): boolean => ["SUCCESS", "FAILURE", "CANCELED"].includes(status);
