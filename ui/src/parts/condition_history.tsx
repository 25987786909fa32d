// Why an asset is made by itself, or is not: its condition, and what each evaluation of it found, part by part.
import { Check, Dot, Minus } from "lucide-react";
import { useAnswer } from "../api/query";
import type { AutomationEvaluation, EvaluatedNode } from "../api/types";
import { keyPath } from "../asset/asset_key";
import { Answered } from "./answered";
import { Moment } from "./moment";
import { RunLink } from "./run_name";
import "./condition_history.css";

const NEWEST = 20;
const MOST_OPEN = 2; // levels of a condition that are open at first

export function ConditionHistory({ asset }: { asset: string[] }) {
  const seen = useAnswer("/conditions/{key}", { key: keyPath(asset) }, { limit: NEWEST });
  return (
    <Answered of={seen}>
      {({ condition, evaluations }) => (
        <div className="condition-history">
          {condition && <p className="body"><code>{condition}</code></p>}
          {evaluations.length === 0 ? <p className="body faint">It was not evaluated yet. An evaluation that finds the same as the one before is not kept.</p> : (
            <ol>{evaluations.map((each, place) => <Evaluation key={`${each.sensor}-${each.number}`} of={each} isNewest={place === 0} />)}</ol>
          )}
        </div>
      )}
    </Answered>
  );
}

function Evaluation({ of, isNewest }: { of: AutomationEvaluation; isNewest: boolean }) {
  const partitions = of.partitions ?? [];
  return (
    <li>
      <details open={isNewest}>
        <summary>
          <span className={`verdict ${of.requested ? "yes" : ""}`}>{of.requested ? (of.requested === 1 ? "asked for" : `asked for ${of.requested}`) : "not now"}</span>
          <span className="faint"><Moment at={of.at} /></span>
          {partitions.length > 0 && <span className="faint cut">{partitions.slice(0, 4).join(", ")}{of.requested > 4 && " …"}</span>}
          {(of.run_ids ?? []).slice(0, 4).map((id) => <span key={id}>run <RunLink id={id} /></span>)}
        </summary>
        <ul className="reasons"><Reason of={of.condition} depth={0} /></ul>
      </details>
    </li>
  );
}

/** A part of the condition: whether it holds, and of what it is made. */
function Reason({ of, depth }: { of: EvaluatedNode; depth: number }) {
  const count = of.true ?? 0;
  const holds = count > 0;
  const children = of.children ?? [];
  const own = (
    <span className={of.candidates === 0 ? "unasked" : holds ? "holds" : "fails"} title={of.candidates === 0 ? "Not asked: what stands before it has decided" : undefined}>
      {of.candidates === 0 ? <Dot size={13} aria-label="not asked" /> : holds ? <Check size={13} aria-label="holds" /> : <Minus size={13} aria-label="does not hold" />} {of.label ?? of.name.toLowerCase()}
      {of.target && <span className="faint"> of {of.target}</span>}
      {of.candidates > 1 && <span className="faint"> for {count} of {of.candidates}</span>}
    </span>
  );
  if (!children.length) return <li>{own}</li>;
  return (
    <li>
      <details open={depth < MOST_OPEN}>
        <summary>{own}</summary>
        <ul>{children.map((each, place) => <Reason key={place} of={each} depth={depth + 1} />)}</ul>
      </details>
    </li>
  );
}
