"""The words of SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headwater.adapters.sql.dialect import Dialect
from headwater.model.codec import encode


def _json_list(values: Iterable[Any]) -> str:
    """Values as the JSON text that ``json_each`` reads."""
    return encode(list(values)).decode()


SQLITE = Dialect(
    any_of="{column} IN (SELECT value FROM json_each(?))",
    list_value=_json_list,
    asset_tag=(
        "EXISTS (SELECT 1 FROM json_each(data, CASE kind WHEN 'ASSET_OBSERVATION' "
        "THEN '$.asset_observation.tags' ELSE '$.materialization.tags' END) AS tag "
        "WHERE tag.key = ? AND tag.value IN (SELECT value FROM json_each(?)))"
    ),
    has_migrations="SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'",
    columns=(
        "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' ORDER BY tables.name, columns.cid"
    ),
)
