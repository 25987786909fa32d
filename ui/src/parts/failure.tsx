// An error as its reader needs it: the user's own exception first, the user's lines, what is behind it; the rest folded.
import { FileCode2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { ErrorInfo, Frame } from "../api/types";
import "./failure.css";

/** The chain of an error, from what the user's code raised to what was made of it: the causes first. */
export function chainOf(error: ErrorInfo): ErrorInfo[] {
  const chain: ErrorInfo[] = [];
  let at: ErrorInfo | null | undefined = error;
  while (at) {
    chain.push(at);
    at = at.cause ?? at.context;
  }
  return chain;
}

/** What of a chain people want to see first: the error that the user's code raised last, without the framework's wrapping. */
export function splitChain(error: ErrorInfo): { shown: ErrorInfo; behind: ErrorInfo[]; around: ErrorInfo[] } {
  const chain = chainOf(error);
  const isWrapping = (each: ErrorInfo) => !(each.frames ?? []).some((frame) => (frame.origin ?? "user") === "user");
  let first = chain.findIndex((each) => !isWrapping(each));
  if (first < 0) first = chain.length - 1;
  return { shown: chain[first] as ErrorInfo, behind: chain.slice(first + 1), around: chain.slice(0, first) };
}

/** An error with its chain; `children` stand beside its title. */
export function Failure({ error, where, children }: { error: ErrorInfo; where?: ReactNode; children?: ReactNode }) {
  const { shown, behind, around } = splitChain(error);
  return (
    <article className="failure is-failed">
      <header>
        <h2>
          <span className="class">{shown.cls_name}</span>
          {shown.message && <>: <span className="message">{shown.message}</span></>}
        </h2>
        {where && <p className="faint">{where}</p>}
        {children}
      </header>
      <Frames frames={shown.frames ?? []} />
      {behind.map((each, place) => (
        <section className="behind" key={place}>
          <p className="faint">{place === 0 ? "It was raised for" : "which was raised for"}</p>
          <h3><span className="class">{each.cls_name}</span>{each.message && `: ${each.message}`}</h3>
          <Frames frames={each.frames ?? []} />
        </section>
      ))}
      {around.length > 0 && (
        <details className="around">
          <summary>{around.length === 1 ? "What Headwater made of it" : `What was made of it (${around.length} more errors)`}</summary>
          {around.map((each, place) => (
            <section key={place}>
              <h3>{each.cls_name}{each.message && `: ${each.message}`}</h3>
              <Frames frames={each.frames ?? []} />
            </section>
          ))}
        </details>
      )}
    </article>
  );
}

/** The frames: the user's own with their lines, the innermost first; those of libraries and of Headwater folded between them. */
function Frames({ frames }: { frames: Frame[] }) {
  const groups = groupFrames([...frames].reverse());
  const firstOwn = groups.findIndex((each) => each.isOwn);
  return (
    <ol className="frames">
      {groups.map((group, place) =>
        group.isOwn ? (
          group.frames.map((frame, number) => <OwnFrame key={`${place}-${number}`} frame={frame} open={place === firstOwn && number === 0} />)
        ) : (
          <Folded key={place} frames={group.frames} />
        ),
      )}
    </ol>
  );
}

function groupFrames(frames: Frame[]): { isOwn: boolean; frames: Frame[] }[] {
  const groups: { isOwn: boolean; frames: Frame[] }[] = [];
  for (const frame of frames) {
    const isOwn = (frame.origin ?? "user") === "user";
    const last = groups.at(-1);
    if (last?.isOwn === isOwn) last.frames.push(frame);
    else groups.push({ isOwn, frames: [frame] });
  }
  return groups;
}

function OwnFrame({ frame, open }: { frame: Frame; open: boolean }) {
  const before = frame.before ?? [];
  const after = frame.after ?? [];
  return (
    <li className="own">
      <details open={open}>
        <summary>
          <FileCode2 size={14} aria-hidden />
          <code className="file">{shortFile(frame.file)}:{frame.line}</code>
          <span className="faint">in</span> <code>{frame.function}</code>
          {!open && frame.source && <code className="source cut">{frame.source}</code>}
        </summary>
        <pre className="lines" tabIndex={0} aria-label={`${frame.file}, line ${frame.line}`}>
          {before.map((text, place) => <Line key={`b${place}`} number={frame.line - before.length + place} text={text} />)}
          <Line number={frame.line} text={indentLike(frame.source ?? "", before.at(-1) ?? after[0] ?? "")} here />
          {after.map((text, place) => <Line key={`a${place}`} number={frame.line + 1 + place} text={text} />)}
        </pre>
        <p className="faint path">{frame.file}</p>
      </details>
    </li>
  );
}

function Line({ number, text, here = false }: { number: number; text: string; here?: boolean }) {
  return (
    <span className={here ? "line here" : "line"}>
      <span className="number" aria-hidden>{number}</span>
      <span>{text || " "}</span>
    </span>
  );
}

/** The failing line comes without its indentation; the line beside it has nearly the same. */
function indentLike(source: string, beside: string): string {
  const indent = /^\s*/.exec(beside)?.[0] ?? "";
  return indent + (/:\s*$/.test(beside) ? "    " : "") + source;
}

function shortFile(file: string): string {
  return file.split(/[/\\]/).slice(-2).join("/");
}

function Folded({ frames }: { frames: Frame[] }) {
  const [open, setOpen] = useState(false);
  const whose = frames.every((frame) => frame.origin === "framework") ? "of Headwater" : frames.some((frame) => frame.origin === "framework") ? "of Headwater and libraries" : "of libraries";
  return (
    <li className="folded">
      <button type="button" className="button quiet small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {frames.length} {frames.length === 1 ? "frame" : "frames"} {whose}
      </button>
      {open && (
        <ul>
          {frames.map((frame, place) => (
            <li key={place}>
              <code>{frame.file}:{frame.line}</code> <span className="faint">in</span> <code>{frame.function}</code>
              {frame.source && <code className="source">{frame.source}</code>}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
