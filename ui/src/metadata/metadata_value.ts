// Metadata as values: what is a number, what is told in a word, what belongs to the storage.
import type { AssetMaterialization, EventLogRecord } from "../api/types";

export type Metadata = NonNullable<AssetMaterialization["metadata"]>;
export type MetadataValue = Metadata[string];

/** The materialisation or observation that an event tells of; null for any other event. */
export function reportOf(record: EventLogRecord | null | undefined): AssetMaterialization | null {
  const data = record?.event_log_entry.data;
  if (data?.type === "materialized") return data.materialization;
  if (data?.type === "observed") return { ...data.asset_observation, type: "materialization" };
  return null;
}

/** A value as a number, where it is one. */
export function numberOf(value: MetadataValue | undefined): number | null {
  if (value?.type === "int" || value?.type === "float") return typeof value.value === "number" && Number.isFinite(value.value) ? value.value : null;
  return null;
}

/** A number as people read it: grouped, with as many digits as say something. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? value.toLocaleString("en") : value.toExponential(3);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return value.toExponential(3);
  return value.toLocaleString("en", { maximumSignificantDigits: 6 });
}

/** Bytes in the unit that fits. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [size, at] = [bytes, 0];
  for (; size >= 1000 && at < units.length - 1; at += 1) size /= 1000;
  return `${size.toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[at]}`;
}

/** Whether an entry tells how the value is stored, which is folded away. */
export const isOfStorage = (name: string): boolean => name.startsWith("headwater/");

/** A name as it is shown: without the prefix of the program that gave it. */
export const shownName = (name: string): string => name.replace(/^(headwater|dagster)\//, "").replaceAll("_", " ");

/** The series of each numeric entry over the given events, the oldest first: name -> [seconds, value][]. */
export function seriesOf(records: readonly EventLogRecord[]): Map<string, [number, number][]> {
  const found = new Map<string, [number, number][]>();
  for (const record of [...records].sort((a, b) => a.storage_id - b.storage_id)) {
    for (const [name, value] of Object.entries(reportOf(record)?.metadata ?? {})) {
      const number = numberOf(value);
      if (number === null) continue;
      const series = found.get(name) ?? [];
      series.push([record.event_log_entry.timestamp ?? 0, number]);
      found.set(name, series);
    }
  }
  return found;
}
