// Run config as a form: a field for each plain value of the schema; what is more than that is written as YAML.
import { useId, useState } from "react";
import { hasFields, typeWords, unwrapped, valueAt, withValue, type Schema } from "./schema";
import "./config_form.css";

interface Props {
  schema: Schema;
  config: Record<string, unknown>;
  /** The mistakes by the place they are at, as text. */
  mistakes: ReadonlyMap<string, string>;
  change: (config: Record<string, unknown>) => void;
}

export const pathText = (path: readonly (string | number)[]): string => path.join("\u0000");

export function ConfigForm({ schema, config, mistakes, change }: Props) {
  const groups = [...findGroups(schema, [])];
  if (!groups.length) return <p className="faint body">There is nothing to configure.</p>;
  return (
    <form className="config-form" onSubmit={(event) => event.preventDefault()}>
      {groups.map(({ path, fields }) => (
        <fieldset key={pathText(path)}>
          <legend>{titleOf(path)}</legend>
          {fields.map(([name, field]) => (
            <Field key={name} path={[...path, name]} schema={field} value={valueAt(config, [...path, name])} mistake={mistakes.get(pathText([...path, name]))} change={(value) => change(withValue(config, [...path, name], value))} />
          ))}
        </fieldset>
      ))}
    </form>
  );
}

interface Group {
  path: string[];
  fields: [string, Schema][];
}

/** Every shape that has plain values in it, with those. */
function* findGroups(schema: Schema, path: string[]): Generator<Group> {
  const bare = unwrapped(schema);
  if (bare.kind !== "shape" && bare.kind !== "permissive") return;
  const fields = Object.entries(bare.fields ?? {});
  const plain = fields.filter(([name, field]) => !isShape(field) && hasFields(field) && !isPassage(path, name));
  if (plain.length) yield { path, fields: plain };
  for (const [name, field] of fields) {
    if (!isShape(field) || name === "loggers" || name === "execution") continue;
    if (hasFields(field)) yield* findGroups(field, [...path, name]);
  }
}

const isShape = (schema: Schema): boolean => ["shape", "permissive"].includes(unwrapped(schema).kind);
const isPassage = (path: string[], name: string): boolean => path[0] === "ops" && path.at(-1) !== "config" && (name === "inputs" || name === "outputs");

/** `ops → load → config` is what people call "load". */
const titleOf = (path: string[]): string => {
  const named = path.filter((each, place) => !(each === "ops" || (each === "config" && place === path.length - 1)));
  return named.join(" › ") || "Config";
};

interface FieldProps {
  path: string[];
  schema: Schema;
  value: unknown;
  mistake: string | undefined;
  change: (value: unknown) => void;
}

function Field({ path, schema, value, mistake, change }: FieldProps) {
  const id = useId();
  const name = path.at(-1) ?? "";
  return (
    <div className="field" data-wrong={mistake !== undefined}>
      <label htmlFor={id}>
        {name} {schema.required && <span className="needed">needed</span>} <span className="faint">{typeWords(schema)}</span>
      </label>
      <Input id={id} schema={schema} value={value} change={change} isWrong={mistake !== undefined} />
      {mistake ? <p className="mistake" id={`${id}-mistake`}>{mistake}</p> : schema.description && <p className="faint">{schema.description}</p>}
    </div>
  );
}

interface InputProps {
  id: string;
  schema: Schema;
  value: unknown;
  change: (value: unknown) => void;
  isWrong: boolean;
}

function Input({ id, schema, value, change, isWrong }: InputProps) {
  const bare = unwrapped(schema);
  const shared = { id, "aria-invalid": isWrong || undefined, "aria-describedby": isWrong ? `${id}-mistake` : undefined };
  const fallback = schema.default === undefined ? "" : typeof schema.default === "string" ? schema.default : JSON.stringify(schema.default);
  const choices = bare.kind === "enum" ? (bare.values ?? []).map((each) => each.name) : bare.name === "Bool" ? ["true", "false"] : null;
  if (choices) {
    const shown = value === undefined ? "" : String(value);
    return (
      <select {...shared} value={shown} onChange={(event) => change(event.target.value === "" ? undefined : bare.name === "Bool" ? event.target.value === "true" : event.target.value)}>
        <option value="">{fallback ? `${fallback} (default)` : "—"}</option>
        {choices.map((each) => <option key={each}>{each}</option>)}
      </select>
    );
  }
  if (bare.kind === "scalar" || bare.kind === "source") return <TextInput {...shared} type={bare.name ?? "String"} value={value} fallback={schema.secret ? "" : fallback} secret={schema.secret ?? false} change={change} />;
  return <JsonInput {...shared} value={value} fallback={fallback} change={change} />;
}

function TextInput({ type, value, fallback, secret, change, ...shared }: { type: string; value: unknown; fallback: string; secret: boolean; change: (value: unknown) => void; id: string }) {
  const isNumber = type === "Int" || type === "Float";
  const shown = value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  function read(text: string): unknown {
    if (text === "") return undefined;
    if (isNumber && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
    return text;
  }
  return <input {...shared} type={secret ? "password" : "text"} inputMode={isNumber ? "decimal" : undefined} value={shown} placeholder={fallback} autoComplete="off" onChange={(event) => change(read(event.target.value))} />;
}

/** A list or a mapping: as JSON, taken over when it is one. */
function JsonInput({ value, fallback, change, ...shared }: { value: unknown; fallback: string; change: (value: unknown) => void; id: string }) {
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (value === undefined ? "" : JSON.stringify(value));
  function edit(next: string) {
    setText(next);
    if (next.trim() === "") change(undefined);
    else {
      try {
        change(JSON.parse(next));
      } catch {
        // Not whole yet; the server is told when it is.
      }
    }
  }
  return <input {...shared} className="mono" value={shown} placeholder={fallback || '["…"]'} onChange={(event) => edit(event.target.value)} onBlur={() => setText(null)} autoComplete="off" />;
}
