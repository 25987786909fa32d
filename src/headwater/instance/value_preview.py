"""The beginning of a stored value, for people: the first rows of a table, or the first lines of anything else."""

from __future__ import annotations

import itertools
import pprint
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from headwater.definitions.repository import RepositoryDefinition
from headwater.instance.instance import DagsterInstance
from headwater.instance.runner import InProcessRunner
from headwater.model.code_question import ValueAnswer, ValueQuestion
from headwater.model.error_info import build_error_info

_MOST_COLUMNS = 60
_MOST_CELL_LETTERS = 300
_MOST_TEXT_LETTERS = 20_000
_TABLE_LIKE = 3  # records that decide whether a sequence is a table


def answer_value(
    repository: RepositoryDefinition, instance: DagsterInstance, question: ValueQuestion
) -> ValueAnswer:
    """Load the value through its I/O manager and describe its beginning. What cannot be loaded is told as ``error``."""
    try:
        value = InProcessRunner().load_value(
            repository,
            question.key,
            instance=instance,
            partition_key=question.partition,
            version=question.version,
        )
        return preview_value(value, question.rows)
    except Exception as error:  # noqa: BLE001 - told to who asked
        return ValueAnswer(error=build_error_info(error))


def preview_value(value: Any, rows: int) -> ValueAnswer:
    """The first ``rows`` of a table-like value; of any other, how it is written.

    >>> preview_value([{"a": 1}, {"a": 2}], 1).rows
    [['1']]
    """
    name = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    table = _frame(value, rows) or _records(value, rows)
    if table is not None:
        columns, types, cells, count = table
        return ValueAnswer(
            type_name=name,
            columns=columns[:_MOST_COLUMNS],
            column_types=types[:_MOST_COLUMNS],
            rows=[[_cell(each) for each in row[:_MOST_COLUMNS]] for row in cells],
            row_count=count,
            is_cut=count is None or count > len(cells) or len(columns) > _MOST_COLUMNS,
        )
    text, is_cut = _text(value, rows)
    return ValueAnswer(
        type_name=name,
        text=text,
        is_cut=is_cut,
        row_count=len(value) if isinstance(value, (str, bytes, Sequence, Mapping)) else None,
    )


_Table = tuple[list[str], list[str], Sequence[Sequence[Any]], int | None]


def _frame(value: Any, rows: int) -> _Table | None:
    """Frames of any library, by what they have in common. Lazy ones are asked for their beginning only."""
    if hasattr(value, "fetchall") and hasattr(value, "limit"):  # a DuckDB relation
        head = value.limit(rows)
        return list(value.columns), [str(each) for each in value.types], head.fetchall(), None
    if hasattr(value, "collect") and hasattr(value, "collect_schema"):  # a lazy Polars frame
        head = value.head(rows).collect()
        return _polars(head, None)
    if hasattr(value, "to_pylist") and hasattr(value, "column_names"):  # an Arrow table
        head = value.slice(0, rows)
        columns = list(head.column_names)
        cells = [[record[name] for name in columns] for record in head.to_pylist()]
        return columns, [str(each.type) for each in head.schema], cells, value.num_rows
    if hasattr(value, "iter_rows") and hasattr(value, "dtypes"):
        return _polars(value.head(rows), value.height)
    if hasattr(value, "itertuples") and hasattr(value, "dtypes"):  # a pandas frame
        cells = [list(each) for each in value.head(rows).itertuples(index=False, name=None)]
        return [str(each) for each in value.columns], [str(each) for each in value.dtypes], cells, len(value)
    return None


def _polars(head: Any, count: int | None) -> _Table:
    return list(head.columns), [str(each) for each in head.dtypes], list(head.iter_rows()), count


def _records(value: Any, rows: int) -> _Table | None:
    """A sequence or a stream of dicts with the same names."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return None
    first = list(itertools.islice(value, rows)) if not isinstance(value, Iterator) else []
    if not first or not all(isinstance(each, Mapping) for each in first[:_TABLE_LIKE]):
        return None
    columns = list(dict.fromkeys(str(name) for each in first if isinstance(each, Mapping) for name in each))
    cells = [
        [each.get(name, "") if isinstance(each, Mapping) else each for name in columns] for each in first
    ]
    return columns, [], cells, len(value) if isinstance(value, Sequence) else None


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value) if isinstance(value, bytes) else str(value)
    return text if len(text) <= _MOST_CELL_LETTERS else f"{text[:_MOST_CELL_LETTERS]}…"


def _text(value: Any, rows: int) -> tuple[str, bool]:
    """How a value is written, and whether that is not all of it."""
    is_cut = False
    if isinstance(value, Iterator) or (
        isinstance(value, (list, tuple, set, frozenset)) and len(value) > rows
    ):
        value, is_cut = list(itertools.islice(value, rows)), True
    elif isinstance(value, Mapping) and len(value) > rows:
        value, is_cut = dict(itertools.islice(value.items(), rows)), True
    elif isinstance(value, (str, bytes)) and len(value) > _MOST_TEXT_LETTERS:
        value, is_cut = value[:_MOST_TEXT_LETTERS], True
    text = value if isinstance(value, str) else pprint.pformat(value, width=100, compact=True)
    return text[:_MOST_TEXT_LETTERS], is_cut or len(text) > _MOST_TEXT_LETTERS
