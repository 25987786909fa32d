// Buttons that have the server do something: busy while it does, with what it said when it does not.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";

export interface Deed {
  busy: boolean;
  error: Error | null;
  run: (work: () => Promise<unknown>) => void;
  forget: () => void;
}

/** Does something at the server, then asks anew for what is shown. */
export function useDeed(): Deed {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = useCallback(
    (work: () => Promise<unknown>) => {
      setBusy(true);
      setError(null);
      work()
        .then(() => client.invalidateQueries())
        .catch((raised: unknown) => setError(raised instanceof Error ? raised : new Error(String(raised))))
        .finally(() => setBusy(false));
    },
    [client],
  );
  return { busy, error, run, forget: useCallback(() => setError(null), []) };
}

/** What the server said when it did not do something. */
export function DeedError({ of, children }: { of: Deed; children?: ReactNode }) {
  if (!of.error) return null;
  return (
    <p className="notice is-failed" role="alert">
      <span className="grow">{of.error.message}{children}</span>
      <button type="button" className="button quiet small" onClick={of.forget}>Close</button>
    </p>
  );
}
