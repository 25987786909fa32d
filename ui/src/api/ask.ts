// Asks the server and tells it things, in the types of its own document (types.ts, written by `make page-types`).
import type { Operations } from "./types";

const ROOT = "/api/v1";

/** What the server said instead of an answer. `status` 0: it did not answer at all. */
export class Refused extends Error {
  readonly status: number;
  readonly type: string;
  /** What else is known of it: where it is, for one. */
  readonly facts: Record<string, unknown>;

  constructor(status: number, type: string, message: string, facts: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.facts = facts;
  }
}

type Parameter = string | number | boolean | readonly (string | number)[] | null | undefined;
type Get = { [K in keyof Operations]: Operations[K]["method"] extends "get" ? K : never }[keyof Operations];
type Post = Exclude<keyof Operations, Get>;
export type Answer<K extends keyof Operations> = Operations[K]["answer"];
export type Path<K extends keyof Operations> = Operations[K]["path"];
type Query<K extends keyof Operations> = { [N in keyof Operations[K]["query"]]?: Operations[K]["query"][N] | null };

/**
 * The answer to a question, named by its path as the document writes it:
 * `ask("/runs/{run_id}", { run_id }, {})`. Throws `Refused`.
 */
export async function ask<K extends Get>(path: K, places: Path<K>, query: Query<K> = {}, signal?: AbortSignal): Promise<Answer<K>> {
  const init: RequestInit = { headers: { Accept: "application/json" } };
  if (signal) init.signal = signal;
  return (await exchange(addressOf(path, places) + queryText(query as Record<string, Parameter>), init)) as Answer<K>;
}

/** Has the server do something: `tell("/runs", {}, { assets: ["total"] })`. Throws `Refused`. */
export async function tell<K extends Post>(path: K, places: Path<K>, body: Operations[K]["body"]): Promise<Answer<K>> {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const [, method = "post"] = /^(\w+) /.exec(path) ?? [];
  return (await exchange(addressOf(path, places), { method: method.toUpperCase(), headers, body: JSON.stringify(body) })) as Answer<K>;
}

/** The address of a path: places filled in, `key` kept as it is (assetPath wrote it). */
export function addressOf(path: string, places: object): string {
  const given = places as Record<string, string>;
  return ROOT + path.replace(/^\w+ /, "").replace(/\{(\w+)\}/g, (_, name: string) => (name === "key" ? (given[name] ?? "") : encodeURIComponent(given[name] ?? "")));
}

function queryText(query: Record<string, Parameter>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) given.append(name, String(each));
  }
  return given.size ? `?${given}` : "";
}

async function exchange(address: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(0, "Unreachable", "The server does not answer. Is `headwater dev` still running?");
  }
  if (response.ok) return response.json();
  if (response.status === 401) location.reload(); // the server answers with its login page
  const said: unknown = await response.json().catch(() => null);
  const error = (said as { error?: { type: string; message: string; facts?: Record<string, unknown> } } | null)?.error;
  throw new Refused(response.status, error?.type ?? "HttpError", error?.message ?? `The server said ${response.status}.`, error?.facts);
}
