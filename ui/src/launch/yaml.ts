// Config as YAML: written in the plain form that people would write, and where in such a text one is.

const PLAIN = /^[A-Za-z_./][\w ./+-]*$/;
const MISREAD = /^(true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)$/i;

/** A value as YAML. */
export function toYaml(value: unknown, indent = ""): string {
  if (Array.isArray(value)) return value.map((each) => `${indent}-${below(each, indent)}`).join("");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `${indent}${scalar(name)}:${below(each, indent)}`)
      .join("");
  }
  return `${indent}${scalar(value)}\n`;
}

function below(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length ? `\n${toYaml(value, `${indent}  `)}` : " []\n";
  if (typeof value === "object" && value !== null) return Object.keys(value).length ? `\n${toYaml(value, `${indent}  `)}` : " {}\n";
  return ` ${scalar(value)}\n`;
}

function scalar(value: unknown): string {
  if (typeof value === "string") return PLAIN.test(value) && !MISREAD.test(value) && value === value.trim() ? value : JSON.stringify(value);
  return value === undefined ? "null" : JSON.stringify(value);
}

export interface Spot {
  /** The names around the place, outermost first. */
  path: string[];
  /** Whether a name stands before the place on its line: what follows is its value. */
  isValue: boolean;
  /** Where the word begins that is being written. */
  from: number;
}

const LINE = /^(\s*)(?:- )?(?:"([^"]*)"|'([^']*)'|([^\s#:'"-][^:#]*?))\s*:(?:\s|$)/;

/** Where in a YAML text of blocks the place `at` is: by the indentation of the lines above it. */
export function spotAt(text: string, at: number): Spot {
  const lines = text.slice(0, at).split("\n");
  const current = lines.pop() ?? "";
  const own = LINE.exec(current);
  const path: string[] = [];
  let indent = /^\s*/.exec(current)?.[0].length ?? 0;
  if (own) path.unshift(own[2] ?? own[3] ?? own[4] ?? "");
  const word = /[^\s:[{,]*$/.exec(current)?.[0] ?? "";
  for (const line of lines.reverse()) {
    if (indent === 0) break;
    const found = LINE.exec(line);
    const depth = found?.[1]?.length ?? 0;
    if (found && depth < indent) {
      path.unshift(found[2] ?? found[3] ?? found[4] ?? "");
      indent = depth;
    }
  }
  return { path, isValue: own !== null, from: at - word.length };
}
