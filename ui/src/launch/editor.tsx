// The editor for run config: YAML with completion from the schema, and mistakes at their places. It is loaded only here.
import { acceptCompletion, autocompletion, closeBrackets, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { Place } from "../api/types";
import { schemaAt, typeWords, unwrapped, type Schema } from "./schema";
import { spotAt } from "./yaml";

export interface Mistake {
  message: string;
  place: Place | null;
}

interface Props {
  text: string;
  change: (text: string) => void;
  schema: Schema | null;
  mistakes: Mistake[];
}

export default function Editor({ text, change, schema, mistakes }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ change, schema });
  latest.current = { change, schema };

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    // In a shadow root CodeMirror adopts its sheets; in the document it would write <style>, which the page's policy forbids.
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), history(), drawSelection(), highlightActiveLine(), indentOnInput(), closeBrackets(), indentUnit.of("  "),
          yaml(), syntaxHighlighting(COLOURS), lintGutter(), THEME, EditorView.lineWrapping,
          autocompletion({ override: [(context) => complete(context, latest.current.schema)], activateOnTyping: true, icons: false }),
          keymap.of([{ key: "Tab", run: acceptCompletion }, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": "Config, as YAML", spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
    // oxlint-disable-next-line exhaustive-deps -- the text is only where it begins; what comes later is set below
  }, []);

  useEffect(() => {
    const made = view.current;
    if (made && made.state.doc.toString() !== text) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const made = view.current;
    if (made) made.dispatch(setDiagnostics(made.state, mistakes.map((each) => diagnosticOf(made.state, each))));
  }, [mistakes]);

  return <div className="editor" ref={host} />;
}

function diagnosticOf(state: EditorState, { message, place }: Mistake): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(1, place?.line ?? 1), state.doc.lines));
  const from = Math.min(line.from + (place?.column ?? 1) - 1, line.to);
  const to = Math.max(from, Math.min(line.from + (place?.end_column ?? 1) - 1, line.to));
  return { from, to, severity: "error", message };
}

/** The names, or the values, that may stand at the place. */
function complete(context: CompletionContext, schema: Schema | null): CompletionResult | null {
  const text = context.state.doc.toString();
  const spot = spotAt(text, context.pos);
  const at = schemaAt(schema, spot.path);
  if (!at) return null;
  const bare = unwrapped(at);
  if (spot.isValue) {
    if (bare.kind === "enum") return { from: spot.from, options: (bare.values ?? []).map((each) => ({ label: each.name, ...(each.description ? { info: each.description } : {}) })) };
    if (bare.name === "Bool") return { from: spot.from, options: [{ label: "true" }, { label: "false" }] };
    return null;
  }
  if (!bare.fields || (!context.explicit && spot.from === context.pos)) return null;
  return {
    from: spot.from,
    options: Object.entries(bare.fields).map(([name, field]) => ({
      label: name,
      detail: typeWords(field) + (field.required ? ", needed" : ""),
      apply: unwrapped(field).fields ? `${name}:\n${indentAt(text, context.pos)}  ` : `${name}: `,
      boost: field.required ? 1 : 0,
      ...(field.description ? { info: field.description } : {}),
    })),
  };
}

const indentAt = (text: string, at: number): string => /^\s*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1, at))?.[0] ?? "";

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.content], color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--waiting-text)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: tags.punctuation, color: "var(--faint)" },
]);

const THEME = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--text)", backgroundColor: "transparent", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--hover) 60%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--chosen)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line-strong)", borderRadius: "6px", boxShadow: "var(--shadow)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", fontFamily: "var(--mono)", fontSize: "12.5px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--chosen)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--faint)", fontStyle: "normal", marginLeft: "12px" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", padding: "6px 10px", maxWidth: "520px" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--failed)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--failed) 1px", textUnderlineOffset: "3px" },
  ".cm-lint-marker-error": { content: "''", width: "8px", height: "8px", borderRadius: "50%", background: "var(--failed)", margin: "6px 2px" },
});
