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
    columns=(
        "SELECT table_name::text, column_name::text FROM information_schema.columns "
        "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    ),
    after_copy=(
        "SELECT setval(sequence::regclass, numbers.newest) FROM (SELECT MAX(number) AS newest FROM {table}) AS numbers, "
        "pg_get_serial_sequence('{table}', 'number') AS sequence WHERE sequence IS NOT NULL AND numbers.newest > 0"
    ),
)
