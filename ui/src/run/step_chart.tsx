// The steps of a run over time: one row each, a bar from its beginning to its end.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import type { StepState } from "../api/types";
import { formatDuration } from "../parts/moment";
import { runState, runWord, Sign } from "../parts/sign";
import "./step_chart.css";

const ROW = 30;
const TALLEST = 12;

interface Props {
  steps: StepState[];
  /** When the run began, and its end if it has ended (seconds). */
  start: number;
  end: number | null;
  chosen: string | null;
  choose: (step: string | null) => void;
  /** Steps that are marked to be run again; null where that cannot be. */
  marked: ReadonlySet<string> | null;
  mark: (step: string) => void;
}

export function StepChart({ steps, start, end, chosen, choose, marked, mark }: Props) {
  const now = useNow(end === null);
  const until = Math.max(end ?? now, ...steps.slice(-1).map((each) => each.ended_at ?? 0), start + 0.001);
  const span = until - start;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: steps.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8 });
  return (
    <div className="step-chart">
      <div className="axis" aria-hidden>
        <span />
        <div className="ticks">{ticks(span).map((each) => <span key={each} style={{ left: `${(each / span) * 100}%` }}>{formatDuration(each)}</span>)}</div>
        <span />
      </div>
      <div className="rows" ref={scroller} style={{ height: Math.min(steps.length, TALLEST) * ROW + 2 }} role="list" aria-label="Steps" tabIndex={-1}>
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map((item) => {
            const step = steps[item.index] as StepState;
            const from = step.started_at ?? step.ended_at ?? start;
            const to = step.ended_at ?? until;
            const state = runState(step.status === "STARTED" ? "STARTED" : step.status);
            const took = formatDuration(Math.max(0, to - from));
            return (
              <div key={step.step_key} role="listitem" className={`step is-${state}`} data-chosen={chosen === step.step_key} style={{ transform: `translateY(${item.start}px)` }}>
                <span className="name">
                  {marked && <input type="checkbox" aria-label={`Run ${step.step_key} again`} checked={marked.has(step.step_key)} onChange={() => mark(step.step_key)} />}
                  <button type="button" aria-pressed={chosen === step.step_key} onClick={() => choose(chosen === step.step_key ? null : step.step_key)}>
                    <Sign state={state} />
                    <span className="cut">{step.step_key}</span>
                    <span className="unseen">{runWord(step.status)}, {took}</span>
                  </button>
                </span>
                <span className="track" aria-hidden>
                  <span className="bar" style={{ left: `${((from - start) / span) * 100}%`, width: `${(Math.max(0, to - from) / span) * 100}%` }} />
                </span>
                <span className="took" aria-hidden>
                  {step.status === "SKIPPED" ? "skipped" : took}
                  {(step.attempts ?? 1) > 1 && <span className="faint" title={`${step.attempts} attempts`}> ×{step.attempts}</span>}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function useNow(runs: boolean): number {
  const [now, setNow] = useState(Date.now() / 1000);
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 250);
    return () => clearInterval(timer);
  }, [runs]);
  return now;
}

/** Round moments along the axis: three to six of them. */
export function ticks(span: number): number[] {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const size = [1, 2, 5, 10].map((each) => each * power).find((each) => span / each <= 6) ?? power * 10;
  return Array.from({ length: Math.floor(span / size) + 1 }, (_, place) => place * size).filter((each) => each / span <= 0.94);
}
