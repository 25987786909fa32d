// The checks of an asset: what each one looks at, and what its newest evaluation said.
import { Link } from "wouter";
import { MetadataTable } from "../metadata/metadata_table";
import { Moment } from "../parts/moment";
import { Sign, type State } from "../parts/sign";
import { runHref } from "./asset_key";
import type { AssetAnswer } from "./asset_view";

export function AssetChecks({ answer }: { answer: AssetAnswer }) {
  return (
    <div className="stack">
      {answer.checks.map(({ check, evaluation }) => {
        const said = evaluation?.event_log_entry.data?.type === "check" ? evaluation.event_log_entry.data : null;
        const [state, words]: [State, string] = !said ? ["never", "not evaluated yet"] : said.passed ? ["fresh", "passed"] : said.severity === "WARN" ? ["stale", "failed, a warning"] : ["failed", "failed"];
        return (
          <section key={check.key[1]} className="section">
            <header>
              <h2>{check.key[1]}</h2>
              <span className={`badge is-${state}`}><Sign state={state} />{words}</span>
              {check.blocking && <span className="tag">blocks what is below</span>}
              {evaluation && <span className="faint"><Moment at={evaluation.event_log_entry.timestamp ?? 0} /></span>}
              {evaluation?.event_log_entry.run_id && <Link href={runHref(evaluation.event_log_entry.run_id)} className="tag mono">run {evaluation.event_log_entry.run_id.slice(0, 8)}</Link>}
            </header>
            <div className="body stack">
              {(said?.description ?? check.description) && <p className="soft">{said?.description ?? check.description}</p>}
              {said && <MetadataTable metadata={said.metadata ?? {}} />}
              {check.source && <p className="faint mono">{check.source.file}:{check.source.line}</p>}
            </div>
          </section>
        );
      })}
    </div>
  );
}
