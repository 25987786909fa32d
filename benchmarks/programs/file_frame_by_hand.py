"""The floor of ``file_frame.py``: the library alone; a file beside the old one, flushed and renamed."""

import json
import os
import pickle
import sys

import numpy as np
import pandas as pd
from timing import timed

ROWS, RUNS, SMALL_RUNS = 1_000_000, 5, 100
SMALL = [1, 2, 3]


def build_frame():
    random = np.random.default_rng(7)
    columns = {f"number_{n}": random.integers(0, 10**9, ROWS) for n in range(5)}
    columns |= {f"ratio_{n}": random.random(ROWS) for n in range(5)}
    return pd.DataFrame(columns)


def check(loaded, frame):
    assert loaded.shape == frame.shape
    assert loaded["number_0"].sum() == frame["number_0"].sum()


def durably(write):
    with open("by-hand.part", "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    os.replace("by-hand.part", "by-hand")
    folder = os.open(".", os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def store(frame, form):
    durably((lambda file: pickle.dump(frame, file, 5)) if form == "pickle" else frame.to_parquet)


def load(form):
    if form == "parquet":
        return pd.read_parquet("by-hand")
    with open("by-hand", "rb") as file:
        return pickle.load(file)


def main():
    form = sys.argv[1]
    frame = build_frame()
    shown = timed("store", lambda: store(frame, form), RUNS) | timed("load", lambda: load(form), RUNS)
    check(load(form), frame)
    if form == "pickle":
        shown |= timed("store small", lambda: durably(lambda file: pickle.dump(SMALL, file, 5)), SMALL_RUNS)
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
