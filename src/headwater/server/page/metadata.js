// Metadata as its kind deserves: markdown with its pictures, tables, paths to copy, numbers with their history.

import { assetHref, keyText, runHref } from "./asset_key.js";
import { copyButton, count, h, svg, time } from "./element.js";
import { isSafeLink, markdown, outwardLink } from "./markdown.js";

const NAMES = {
  "dagster/row_count": "rows",
  "dagster/partition_row_count": "rows of the partition",
  "dagster/column_schema": "columns",
  "dagster/column_lineage": "lineage of columns",
  "dagster/relation_identifier": "table",
  "dagster/storage_kind": "kept in",
  dataframe_columns: "columns",
  "dagster/table_name": "table",
  "dagster/uri": "address",
};
const COLUMNS_SHOWN = 8;
const ROWS_SHOWN = 100;

/** The metadata of an event: short facts first, then what needs room. `history` has the numbers of earlier events. */
export function metadataList(metadata, history = {}) {
  const entries = Object.entries(metadata ?? {});
  if (!entries.length) return null;
  const short = entries.filter(([, value]) => isShort(value));
  const long = entries.filter(([, value]) => !isShort(value));
  return h("div", { class: "metadata" },
    short.length > 0 && h("dl", { class: "facts" }, short.map(([name, value]) => [h("dt", { title: name }, NAMES[name] ?? name), h("dd", {}, shown(value), sparkline(history[name]))])),
    long.map(([name, value]) => h("section", { class: "entry", "aria-label": name }, h("h4", { title: name }, NAMES[name] ?? name), shown(value))));
}

/** The numbers of each name over a list of metadata, oldest first. */
export function numbersByName(list) {
  const numbers = {};
  for (const metadata of list) {
    for (const [name, value] of Object.entries(metadata)) {
      if ((value.type === "int" || value.type === "float") && typeof value.value === "number") (numbers[name] ??= []).push(value.value);
    }
  }
  return numbers;
}

function isShort(value) {
  if (["int", "float", "bool", "null", "timestamp", "run", "asset", "job", "python_artifact", "url"].includes(value.type)) return true;
  return value.type === "text" && (value.text ?? "").length <= 60 && !(value.text ?? "").includes("\n");
}

const SHOW = {
  text: (value) => h("span", { class: "text" }, value.text ?? ""),
  url: (value) => (isSafeLink(value.url) ? outwardLink(value.url, value.url) : h("span", { class: "text" }, value.url ?? "")),
  path: (value) => h("p", { class: "command" }, h("code", {}, value.path ?? ""), copyButton(value.path ?? "")),
  notebook: (value) => SHOW.path(value),
  json: (value) => h("pre", {}, h("code", {}, JSON.stringify(value.data, null, 2))),
  markdown: (value) => markdown(value.md_str ?? ""),
  python_artifact: (value) => h("code", {}, `${value.module}.${value.name}`),
  float: (value) => h("span", { class: "number" }, value.literal || number(value.value)),
  int: (value) => h("span", { class: "number" }, number(value.value)),
  bool: (value) => String(value.value),
  timestamp: (value) => time(value.value, (at) => new Date(at * 1000).toLocaleString()),
  run: (value) => h("a", { href: runHref(value.run_id) }, value.run_id.slice(0, 8)),
  asset: (value) => h("a", { href: assetHref(value.asset_key) }, keyText(value.asset_key)),
  job: (value) => value.job_name,
  null: () => "none",
  table: (value) => table(value),
  table_schema: (value) => columns(value.schema.columns),
  column_lineage: (value) => lineage(value.column_lineage.deps_by_column),
};

function shown(value) {
  const show = SHOW[value.type];
  return show ? show(value) : h("pre", {}, h("code", {}, JSON.stringify(value, null, 2)));
}

function number(value) {
  if (typeof value !== "number") return "none";
  return Number.isInteger(value) ? value.toLocaleString() : value.toLocaleString(undefined, { maximumSignificantDigits: 6 });
}

function table({ records, schema }) {
  const names = schema.columns.map((column) => column.name);
  const cell = (value) => h("td", { class: typeof value === "number" ? "right" : null }, value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
  return [
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" },
      h("table", {}, h("thead", {}, h("tr", {}, names.map((name) => h("th", {}, name)))),
        h("tbody", {}, records.slice(0, ROWS_SHOWN).map((record) => h("tr", {}, names.map((name) => cell(record.data[name]))))))),
    records.length > ROWS_SHOWN && h("p", { class: "hint" }, `${count(records.length - ROWS_SHOWN, "more row")}`),
  ];
}

function columns(list) {
  const rows = list.map((column) => h("tr", {}, h("td", {}, column.name), h("td", {}, h("code", {}, column.type)),
    h("td", {}, [column.description, column.constraints?.nullable === false && "never null", column.constraints?.unique && "unique", ...(column.constraints?.other ?? [])].filter(Boolean).join(" · "))));
  const all = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Columns" }, h("table", { class: "columns" }, h("tbody", {}, rows)));
  return list.length <= COLUMNS_SHOWN ? all : h("details", {}, h("summary", {}, count(list.length, "column")), all);
}

function lineage(byColumn) {
  return h("table", { class: "columns" }, h("tbody", {}, Object.entries(byColumn).map(([name, deps]) => h("tr", {}, h("td", {}, name),
    h("td", {}, deps.map((dep, place) => [place > 0 && ", ", h("a", { href: assetHref(dep.asset_key) }, keyText(dep.asset_key)), `.${dep.column_name}`]))))));
}

function sparkline(values) {
  if (!values || values.every((value) => value === values[0])) return null;
  const [width, height, edge] = [72, 18, 2];
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const points = values.map((value, place) => [
    edge + (place / (values.length - 1)) * (width - 2 * edge),
    height - edge - ((value - least) / range) * (height - 2 * edge),
  ]);
  return svg("svg", { class: "sparkline", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `the last ${values.length} values: ${values.map(number).join(", ")}` },
    svg("polyline", { points: points.map((point) => point.join()).join(" ") }), svg("circle", { cx: points.at(-1)[0], cy: points.at(-1)[1], r: 2 }));
}
