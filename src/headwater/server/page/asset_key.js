// Asset keys as people read them, and as addresses.

/** The key as people read it: parts with slashes between. */
export const keyText = (key) => key.join("/");

/** The name: the last part. */
export const keyName = (key) => key[key.length - 1];

/** What comes before the name, with its slash; empty for a key of one part. */
export const keyPrefix = (key) => key.slice(0, -1).map((part) => part + "/").join("");

/**
 * The key in an address: the server's escaped form. A slash inside a part gets a backslash before it, and so does a part
 * that an address would take for something else: `.`, `..`, and a last part `history`.
 */
export function keyPath(key) {
  const parts = key.map((part, place) => {
    const escaped = part.replaceAll("\\", "\\\\").replaceAll("/", "\\/");
    const misread = /^\.{1,2}$/.test(part) || (part === "history" && place === key.length - 1);
    return encodeURIComponent(misread ? "\\" + escaped : escaped);
  });
  return parts.join("/");
}

/** The address of an asset's view. */
export const assetHref = (key) => `/assets/${keyPath(key)}`;

/** The address of a run's view. */
export const runHref = (runId) => `/runs/${encodeURIComponent(runId)}`;
