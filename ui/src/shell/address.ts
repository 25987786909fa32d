// Addresses of this page: the part before all of them, and what the query of one keeps.
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

/** What stands before every address: the page is at the root of its server. */
export const BASE = "";

/** An address with its query; empty values are left away. */
export function hrefOf(path: string, query: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]));
  return path + (given.length ? `?${new URLSearchParams(given)}` : "");
}

/** The query of the address, and how to change some of it: `change({ status: "FAILURE" })`; null takes a name away. */
export function useAddress(): [URLSearchParams, (values: Record<string, string | null>, options?: { push?: boolean }) => void] {
  const shown = useSearch(); // half decoded, and so not to be read
  const [path, go] = useLocation();
  const query = useMemo(() => new URLSearchParams(location.search), [shown]);
  const change = useCallback(
    (values: Record<string, string | null>, options: { push?: boolean } = {}) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(values)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      go(path + (next.size ? `?${next}` : ""), { replace: !options.push });
    },
    [path, go],
  );
  return [query, change];
}
