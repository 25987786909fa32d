// What is shown while an answer is on its way, or when it was refused.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "./failed";

/** Shows `children` of the answer; before it is there, that it is asked for; instead of it, why it was refused. */
export function Answered<T>({ of, children }: { of: UseQueryResult<T>; children: (answer: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Failed error={of.error} />;
  return <p className="skeleton" aria-busy="true">Asking …</p>;
}
