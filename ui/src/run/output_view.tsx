// What the steps print: of all together, or of one; followed while the run is at work.
import { useCallback, useEffect, useRef, useState } from "react";
import { ask } from "../api/ask";
import type { Piece } from "../api/types";
import { Failed } from "../parts/failed";
import { ansiSpans } from "./ansi";
import "./output_view.css";

const PAUSE = 500; // ms between two looks at a run at work
const MOST_PIECES = 400;

export function OutputView({ runId, step, stream, live }: { runId: string; step: string | null; stream: "stdout" | "stderr" | null; live: boolean }) {
  const [pieces, setPieces] = useState<Piece[]>([]);
  const [error, setError] = useState<Error | null>(null);
  const [isRead, setRead] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const place = useRef<string | null>(null);

  const read = useCallback(async (signal: AbortSignal) => {
    for (let more = true; more && !signal.aborted; ) {
      const answer = await ask("/runs/{run_id}/output", { run_id: runId }, { step, stream, cursor: place.current }, signal);
      place.current = answer.next;
      more = answer.has_more;
      if (answer.pieces.length) setPieces((old) => join(old, answer.pieces));
    }
    setRead(true);
    setError(null);
  }, [runId, step, stream]);

  useEffect(() => {
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    place.current = null;
    setPieces([]);
    setRead(false);
    const look = () => {
      read(control.signal)
        .catch((raised: unknown) => {
          if (!control.signal.aborted) setError(raised instanceof Error ? raised : new Error(String(raised)));
        })
        .finally(() => {
          if (live && !control.signal.aborted) timer = setTimeout(look, PAUSE);
        });
    };
    look();
    return () => {
      control.abort();
      clearTimeout(timer);
    };
  }, [read, live]);

  useEffect(() => {
    const element = box.current;
    if (element && live && follows.current) element.scrollTop = element.scrollHeight;
  }, [pieces, live]);

  if (error && !pieces.length) return <Failed error={error} />;
  if (isRead && !pieces.length) return <p className="skeleton">{live ? "Nothing is printed yet." : "The steps have printed nothing."}</p>;
  return (
    <div
      className="output"
      ref={box}
      tabIndex={0}
      role="log"
      aria-label="Output"
      aria-live="off"
      onScroll={(event) => {
        const element = event.currentTarget;
        follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
      }}
    >
      {pieces.map((piece, number) => (
        <section key={number} className={piece.stream} aria-label={`${piece.step}, ${piece.stream}`}>
          {(number === 0 || pieces[number - 1]?.step !== piece.step || pieces[number - 1]?.stream !== piece.stream) && (
            <h3><span>{piece.step}</span> <span className="faint">{piece.stream}</span></h3>
          )}
          {(piece.skipped ?? 0) > 0 && <p className="faint">{piece.skipped?.toLocaleString("en")} bytes before this are left out.</p>}
          <pre>{ansiSpans(piece.text)}</pre>
        </section>
      ))}
    </div>
  );
}

/** New pieces behind the old ones; what goes on where the last one ended is joined to it. */
function join(old: Piece[], fresh: Piece[]): Piece[] {
  const joined = [...old];
  for (const piece of fresh) {
    const last = joined.at(-1);
    if (last && last.step === piece.step && last.stream === piece.stream && last.text.length < 100_000) joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined.slice(-MOST_PIECES);
}
