"""Backfills as text: one in a row, what one would do, how far each asset is, and how one has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from headwater.cli.summary import SHORT_ID
from headwater.cli.text_table import table_lines
from headwater.cli.wording import count_text, moment_text, seconds_text
from headwater.model.backfill import Backfill, BackfillCount, BackfillLayer, BackfillPart, PartStatus
from headwater.planning.backfill_plan import BackfillPlan

_MOST_KEYS = 3
_MOST_FAILURES = 10
_COLUMNS = (
    ("DONE", PartStatus.SUCCESS),
    ("AT WORK", PartStatus.QUEUED),
    ("WAITING", PartStatus.WAITING),
    ("FAILED", PartStatus.FAILURE),
    ("BLOCKED", PartStatus.BLOCKED),
    ("CANCELED", PartStatus.CANCELED),
)
HEADER = ["BACKFILL", "STATUS", "CREATED", "DONE", "FAILED", "OF"]


def layer_text(layer: BackfillLayer, job_name: str | None) -> str:
    """What a layer is of: its assets, or the job."""
    return ", ".join(key.to_user_string() for key in layer.assets) or f"job {job_name}"


def keys_text(part: BackfillPart) -> str:
    """The partitions of a part: one, or the first and the last."""
    if part.start is None:
        return ""
    return part.start if part.start == part.end else f"{part.start}...{part.end}"


def plan_lines(plan: BackfillPlan, job_name: str | None) -> list[str]:
    """What a backfill would do, in the order in which it would."""
    rows = []
    for number, layer in enumerate(plan.layers):
        parts = [part for part in plan.parts if part.layer == number]
        rows.append(
            [
                str(number + 1),
                layer_text(layer, job_name),
                f"{layer.partitions:,}" if layer.partitions else "-",
                f"{layer.parts:,}",
                _some_keys(parts),
                ", ".join(str(each + 1) if each != number else "itself" for each in layer.after),
            ]
        )
    header = ["", "MADE TOGETHER", "PARTITIONS", "RUNS", "WHICH", "AFTER"]
    total = (
        f"{count_text(len(plan.parts), 'run')}, {count_text(plan.partitions, 'partition')} of assets in all."
    )
    return [*table_lines(rows, header=header, right={0, 2, 3}), "", f"{total} Nothing has been run."]


def _some_keys(parts: Sequence[BackfillPart]) -> str:
    texts = [keys_text(part) for part in parts]
    if len(texts) <= _MOST_KEYS:
        return ", ".join(texts)
    return f"{texts[0]}, {texts[1]}, … {texts[-1]}"


def backfill_row(backfill: Backfill, counts: Sequence[BackfillCount]) -> list[str]:
    """A backfill in one row of a list."""
    parts = _parts_by_status(counts)
    done, failed = parts[PartStatus.SUCCESS], parts[PartStatus.FAILURE] + parts[PartStatus.BLOCKED]
    of = backfill.request.job_name or "; ".join(layer_text(layer, None) for layer in backfill.layers)
    return [
        backfill.backfill_id,
        backfill.status.value,
        moment_text(backfill.created_at),
        f"{done:,}/{sum(parts.values()):,}",
        f"{failed:,}" if failed else "",
        backfill.request.title or of,
    ]


def progress_text(counts: Sequence[BackfillCount]) -> str:
    """How far a backfill is, in a line."""
    parts = _parts_by_status(counts)
    text = f"{parts[PartStatus.SUCCESS]:,} of {count_text(sum(parts.values()), 'run')} done"
    words = {
        "at work or queued": parts[PartStatus.QUEUED],
        "failed": parts[PartStatus.FAILURE],
        "blocked": parts[PartStatus.BLOCKED],
        "canceled": parts[PartStatus.CANCELED],
    }
    return ", ".join([text, *(f"{number:,} {word}" for word, number in words.items() if number)])


def _parts_by_status(counts: Sequence[BackfillCount]) -> Counter[PartStatus]:
    found: Counter[PartStatus] = Counter()
    for count in counts:
        found[count.status] += count.parts
    return found


def layer_lines(backfill: Backfill, counts: Sequence[BackfillCount]) -> list[str]:
    """How many partitions of each layer stand how; only what there is gets a column."""
    known = {(count.layer, count.status): count for count in counts}
    columns = [
        (title, status)
        for title, status in _COLUMNS
        if status is PartStatus.SUCCESS or any(count.status is status for count in counts)
    ]
    rows = []
    for number, layer in enumerate(backfill.layers):
        numbers = []
        for _, status in columns:
            count = known.get((number, status))
            shown = 0 if count is None else count.partitions if layer.partitions else count.parts
            numbers.append(f"{shown:,}" if shown else "-")
        total = layer.partitions or layer.parts
        rows.append([layer_text(layer, backfill.request.job_name), f"{total:,}", *numbers])
    header = ["MADE TOGETHER", "PARTITIONS", *(title for title, _ in columns)]
    return table_lines(rows, header=header, right=set(range(1, len(header))))


def failure_lines(backfill: Backfill, failed: Sequence[BackfillPart]) -> list[str]:
    """The parts that failed, and where to look."""
    if not failed:
        return []
    rows = [
        [
            layer_text(backfill.layers[part.layer], backfill.request.job_name),
            keys_text(part),
            f"headwater run show {(part.run_id or '')[:SHORT_ID]}",
        ]
        for part in failed[:_MOST_FAILURES]
    ]
    more = len(failed) - len(rows)
    return ["", "Failed:", *table_lines(rows), *([f"… and {more:,} more"] if more > 0 else [])]


def end_line(backfill: Backfill, counts: Sequence[BackfillCount]) -> str:
    """How a backfill has ended, or stands, in a sentence."""
    took = f" in {seconds_text(backfill.ended_at - backfill.created_at)}" if backfill.ended_at else ""
    return f"Backfill {backfill.backfill_id}: {backfill.status.value}{took}. {progress_text(counts)}."
