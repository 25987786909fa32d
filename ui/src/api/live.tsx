// Keeps what is shown current: one stream per tab says that something changed, and what is on the screen is asked for anew.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

export type Live = "connecting" | "live" | "lost";

const STREAM = "/api/v1/stream";
const LEAST_PAUSE = 400; // ms between two rounds of questions, while much happens
const BEFORE_ANOTHER_TRY = 2000;

const LiveContext = createContext<Live>("connecting");

/** Whether the server is heard. */
export const useLive = (): Live => useContext(LiveContext);

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<Live>("connecting");
  useEffect(() => listen(STREAM, { changed: renewer(client) }, (next, before) => {
    setState(next);
    if (next === "live" && before === "lost") void client.invalidateQueries(); // what happened meanwhile
  }), [client]);
  return <LiveContext value={state}>{children}</LiveContext>;
}

/** Asks anew for all that is shown, at most every so often, and never while the last round is on its way. */
function renewer(client: QueryClient): () => void {
  let asking = false;
  let again = false;
  async function renew(): Promise<void> {
    asking = true;
    do {
      again = false;
      await client.invalidateQueries({ predicate: (query) => query.meta?.live !== false });
      await new Promise((done) => setTimeout(done, LEAST_PAUSE));
    } while (again);
    asking = false;
  }
  return () => {
    again = true;
    if (!asking) void renew();
  };
}

/**
 * Listens to a stream until the returned function is called. The browser reconnects by itself and says where it was;
 * when it gives up (the server was away for long), a new stream is opened after the newest event seen.
 */
export function listen(
  address: string,
  handlers: Record<string, (data: unknown, number: number) => void>,
  onState: (state: Live, before: Live) => void,
  after?: number,
): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout>;
  let before: Live = "connecting";
  let place = after;
  const tell = (state: Live) => {
    if (state !== before) onState(state, before);
    before = state;
  };
  const open = () => {
    source = new EventSource(place === undefined ? address : `${address}?after=${place}`);
    source.onopen = () => tell("live");
    source.onerror = () => {
      tell("lost");
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, BEFORE_ANOTHER_TRY);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        if (message.lastEventId) place = Number(message.lastEventId);
        handle(JSON.parse(message.data), place ?? 0);
      });
    }
  };
  const close = () => {
    clearTimeout(timer);
    source.close();
  };
  open();
  // A page that is left would keep one of the browser's few connections otherwise.
  addEventListener("pagehide", close, { once: true });
  return () => {
    removeEventListener("pagehide", close);
    close();
  };
}
