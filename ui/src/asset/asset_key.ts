// Asset keys as people read them, and as addresses.

export type Key = readonly string[];

/** The key as people read it: parts with slashes between. */
export const keyText = (key: Key): string => key.join("/");

/** The name: the last part. */
export const keyName = (key: Key): string => key.at(-1) ?? "";

/** What comes before the name, with its slash; empty for a key of one part. */
export const keyPrefix = (key: Key): string => key.slice(0, -1).map((part) => `${part}/`).join("");

/** The key in the server's escaped form: a slash inside a part has a backslash before it. */
export const keyEscaped = (key: Key): string => key.map((part) => part.replaceAll("\\", "\\\\").replaceAll("/", "\\/")).join("/");

/** Parts that an address would take for something else: a backslash goes before them, and the server takes it away. */
const MISREAD = new Set([".", ".."]);
const ROUTES = new Set(["history", "events", "partitions", "versions", "value", "preview", "lineage", "checks", "rollback"]);

/** The key in an address. */
export function keyPath(key: Key): string {
  const parts = key.map((part, place) => {
    const escaped = part.replaceAll("\\", "\\\\").replaceAll("/", "\\/");
    const misread = MISREAD.has(part) || (ROUTES.has(part) && place === key.length - 1);
    return encodeURIComponent(misread ? `\\${escaped}` : escaped);
  });
  return parts.join("/");
}

/** The address of an asset's view. */
export const assetHref = (key: Key): string => `/assets/${keyPath(key)}`;

/** The address of a run's view. */
export const runHref = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;
