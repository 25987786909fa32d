"""The words of Postgres."""

from __future__ import annotations

from headwater.adapters.sql.dialect import Dialect

POSTGRES = Dialect(
    any_of="{column} = ANY(?)",
    list_value=list,
    # A text with the character NUL in it is no JSON to Postgres, and would spoil the list for all others.
    asset_tag=(
        "EXISTS (SELECT 1 FROM json_each_text(CASE WHEN strpos(data, '\\u0000') > 0 THEN NULL "
        "WHEN kind = 'ASSET_OBSERVATION' THEN data::json #> '{asset_observation,tags}' "
        "ELSE data::json #> '{materialization,tags}' END) AS tag WHERE tag.key = ? AND tag.value = ANY(?))"
    ),
    has_migrations="SELECT to_regclass('migrations') IS NOT NULL",
)
