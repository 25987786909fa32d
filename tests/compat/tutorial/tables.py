"""Print every table of a DuckDB file, as one JSON object: {schema: {table: {"columns": [...], "rows": [...]}}}.

    python tables.py FILE

Runs in the environment that wrote the file, since older DuckDB files are not readable by newer versions.
"""

import json
import sys

import duckdb

tables = {}
with duckdb.connect(sys.argv[1], read_only=True) as database:
    names = database.execute(
        "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
    ).fetchall()
    for schema, name in names:
        columns = [column[0] for column in database.execute(f'DESCRIBE "{schema}"."{name}"').fetchall()]
        rows = database.execute(f'SELECT * FROM "{schema}"."{name}" ORDER BY ALL').fetchall()
        tables.setdefault(schema, {})[name] = {"columns": columns, "rows": rows}
print(json.dumps(tables))
