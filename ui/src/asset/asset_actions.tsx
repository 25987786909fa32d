// What can be done with an asset: make it, alone or with all that it needs.
import { ChevronsLeft, Play } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { tell } from "../api/ask";
import { useAnswer } from "../api/query";
import { hrefOf } from "../shell/address";
import type { AssetNode } from "../api/types";
import { keyEscaped, runHref } from "./asset_key";

export function AssetActions({ asset }: { asset: AssetNode }) {
  const instance = useAnswer("/instance", {});
  const [, go] = useLocation();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (!asset.computation || !instance.data?.can_write) return null;
  async function make(upstream: boolean) {
    setBusy(true);
    setProblem(null);
    try {
      const { run } = await tell("post /runs", {}, { assets: [keyEscaped(asset.key)], upstream });
      go(runHref(run.dagster_run.run_id));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }
  if (asset.is_partitioned) return <Link className="button primary" href={hrefOf("/launch", { assets: keyEscaped(asset.key) })}><Play size={14} aria-hidden /> Materialize …</Link>;
  return (
    <div className="stack">
      <div className="row wrap">
        <button type="button" className="button primary" disabled={busy} onClick={() => void make(false)}><Play size={14} aria-hidden /> Materialize</button>
        {(asset.deps?.length ?? 0) > 0 && (
          <button type="button" className="button" disabled={busy} onClick={() => void make(true)}><ChevronsLeft size={15} aria-hidden /> and all that it needs</button>
        )}
      </div>
      {problem && <p className="notice is-failed" role="alert">{problem}</p>}
    </div>
  );
}
