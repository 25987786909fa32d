// Asks the server, and listens to it.

const ROOT = "/api/v1/";

/** What the server said instead of an answer. */
export class Refused extends Error {
  constructor(status, type, message) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** The answer to a question, such as `ask("runs", { limit: 20 })`. Throws `Refused`. */
export async function ask(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return exchange(ROOT + path + (query.size ? `?${query}` : ""), { headers: { Accept: "application/json" } });
}

/** Has the server do something, such as `tell("runs", { assets: ["total"] })`; its answer. Throws `Refused`. */
export async function tell(path, body = {}) {
  return exchange(ROOT + path, { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function exchange(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Refused(0, "Unreachable", "The server does not answer. Is `headwater dev` still running?");
  }
  if (response.ok) return response.json();
  const { error } = await response.json().catch(() => ({ error: { type: "HttpError", message: `The server said ${response.status}.` } }));
  throw new Refused(response.status, error.type, error.message);
}

/**
 * Listens to a stream of the server until it is closed. The browser reconnects by itself and says where it was;
 * when it gives up (the server was away for long, or refused), a new stream is opened from the newest event seen.
 */
export function listen(path, after, handlers, onLive) {
  let source;
  let timer;
  let closed = false;
  function open() {
    source = new EventSource(`${ROOT}${path}?after=${after}`);
    source.onopen = () => onLive(true);
    source.onerror = () => {
      onLive(false);
      if (source.readyState === EventSource.CLOSED && !closed) timer = setTimeout(open, 2000);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (message) => {
        if (message.lastEventId) after = Number(message.lastEventId);
        handle(JSON.parse(message.data), after);
      });
    }
  }
  function close() {
    closed = true;
    clearTimeout(timer);
    source.close();
  }
  open();
  return close;
}
