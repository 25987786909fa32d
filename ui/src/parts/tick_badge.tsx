// How a tick of a schedule or sensor ended.
import { Sign, type State } from "./sign";

const OF_TICK: Record<string, [State, string]> = {
  SUCCESS: ["fresh", "asked for runs"],
  SKIPPED: ["never", "skipped"],
  FAILURE: ["failed", "failed"],
  STARTED: ["running", "running"],
};

export const tickState = (status: string): State => OF_TICK[status]?.[0] ?? "never";
export const tickWord = (status: string): string => OF_TICK[status]?.[1] ?? status.toLowerCase();

export function TickBadge({ status }: { status: string }) {
  return <span className={`badge is-${tickState(status)}`}><Sign state={tickState(status)} />{tickWord(status)}</span>;
}
