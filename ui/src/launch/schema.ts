// What run config can hold, as the server describes it; and ways through it.

/** A described field or type: `kind` says which of the other facts it has. */
export interface Schema {
  kind: "scalar" | "source" | "enum" | "noneable" | "array" | "map" | "scalar_union" | "shape" | "permissive" | "selector" | "any";
  name?: string;
  required?: boolean;
  description?: string;
  secret?: boolean;
  default?: unknown;
  inner?: Schema;
  scalar?: Schema;
  non_scalar?: Schema;
  values?: { name: string; description?: string }[];
  fields?: Record<string, Schema>;
}

/** What stands at `path`; null where nothing is known. */
export function schemaAt(schema: Schema | null, path: readonly (string | number)[]): Schema | null {
  let at = schema;
  for (const step of path) {
    at = at && inside(at, step);
    if (!at) return null;
  }
  return at;
}

function inside(schema: Schema, step: string | number): Schema | null {
  const bare = unwrapped(schema);
  if (bare.kind === "array" || bare.kind === "map") return bare.inner ?? null;
  return bare.fields?.[String(step)] ?? null;
}

/** The schema without what may stand in its place: none, or a plain value. */
export function unwrapped(schema: Schema): Schema {
  if (schema.kind === "noneable" && schema.inner) return unwrapped(schema.inner);
  if (schema.kind === "scalar_union" && schema.non_scalar) return unwrapped(schema.non_scalar);
  return schema;
}

/** The type in a few words: "Int", "list of String", "one of FAST, SLOW". */
export function typeWords(schema: Schema): string {
  switch (schema.kind) {
    case "scalar":
    case "source":
      return schema.name ?? "text";
    case "enum":
      return `one of ${(schema.values ?? []).map((each) => each.name).join(", ")}`;
    case "noneable":
      return `${schema.inner ? typeWords(schema.inner) : "any"} or nothing`;
    case "array":
      return `list of ${schema.inner ? typeWords(schema.inner) : "any"}`;
    case "map":
      return "names and values";
    case "scalar_union":
      return schema.scalar ? typeWords(schema.scalar) : "value";
    case "selector":
      return `one of ${Object.keys(schema.fields ?? {}).join(", ")}`;
    default:
      return schema.kind === "any" ? "anything" : "fields";
  }
}

/** Whether there is anything below that a person could set. */
export function hasFields(schema: Schema): boolean {
  const bare = unwrapped(schema);
  if (bare.kind === "any") return false;
  if (bare.kind === "shape" || bare.kind === "selector") return Object.values(bare.fields ?? {}).some(hasFields);
  return bare.kind !== "permissive";
}

type Config = Record<string, unknown>;
const isConfig = (value: unknown): value is Config => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at `path`. */
export function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (isConfig(at) ? at[step] : undefined), config);
}

/** `config` with another value at `path`; undefined takes it away, with what is empty around it then. */
export function withValue(config: Config, path: readonly string[], value: unknown): Config {
  const [step, ...rest] = path;
  if (step === undefined) return config;
  const next = { ...config };
  const inner = rest.length ? withValue(isConfig(config[step]) ? config[step] : {}, rest, value) : value;
  if (inner === undefined || (rest.length && isConfig(inner) && Object.keys(inner).length === 0)) delete next[step];
  else next[step] = inner;
  return next;
}

/** `config`, and what `base` has where it has nothing. */
export function filledIn(base: unknown, config: unknown): unknown {
  if (!isConfig(base) || !isConfig(config)) return config === undefined ? base : config;
  const filled: Config = { ...config };
  for (const [name, value] of Object.entries(base)) filled[name] = filledIn(value, config[name]);
  return filled;
}
