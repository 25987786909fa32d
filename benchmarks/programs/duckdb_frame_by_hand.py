"""The floor of ``duckdb_frame.py``: what DuckDB itself takes to store and load the frame, in a transaction each."""

import json

import duckdb
import numpy as np
import pandas as pd
from timing import timed

ROWS, RUNS = 1_000_000, 5


def build_frame():
    random = np.random.default_rng(7)
    columns = {f"number_{n}": random.integers(0, 10**9, ROWS) for n in range(3)}
    columns |= {f"ratio_{n}": random.random(ROWS) for n in range(4)}
    columns["moment"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        random.integers(0, 10**7, ROWS), unit="s"
    )
    columns["word"] = np.array([f"word {n}" for n in range(1000)], dtype=object)[
        random.integers(0, 1000, ROWS)
    ]
    columns["flag"] = random.random(ROWS) > 0.5
    return pd.DataFrame(columns)


def check(loaded, frame):
    assert loaded.shape == frame.shape
    assert loaded["number_0"].sum() == frame["number_0"].sum()
    assert (loaded["word"] == frame["word"]).all()


def store(rows):  # not named like the table, which DuckDB would take in place of the frame
    with duckdb.connect("frames.duckdb") as connection:
        connection.execute("BEGIN")
        connection.execute("CREATE OR REPLACE TABLE frame AS SELECT * FROM rows")
        connection.execute("COMMIT")


def load():
    with duckdb.connect("frames.duckdb", read_only=True) as connection:
        return connection.execute("SELECT * FROM frame").df()


def main():
    frame = build_frame()
    shown = timed("store", lambda: store(frame), RUNS) | timed("load", load, RUNS)
    check(load(), frame)
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
