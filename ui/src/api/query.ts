// Questions as hooks: cached by path, places and query; asked anew when the stream says that something changed.
import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ask, Refused, type Answer, type Path } from "./ask";

type Get = Parameters<typeof ask>[0];

export function buildClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && error instanceof Refused && error.status === 0,
      },
    },
  });
}

interface Options {
  /** Ask only when true. */
  enabled?: boolean;
  /** Ask anew when something changed; true unless said. */
  live?: boolean;
  /** Show the last answer while another is on its way (a filter changed). */
  keep?: boolean;
}

/** The answer to a question, kept current: `useAnswer("/jobs", {})`. */
export function useAnswer<K extends Get>(path: K, places: Path<K>, query: Parameters<typeof ask<K>>[2] = {}, options: Options = {}): UseQueryResult<Answer<K>, Refused> {
  return useQuery<Answer<K>, Refused>({
    queryKey: [path, places, query],
    queryFn: ({ signal }) => ask(path, places, query, signal),
    enabled: options.enabled ?? true,
    meta: { live: options.live ?? true },
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  });
}
