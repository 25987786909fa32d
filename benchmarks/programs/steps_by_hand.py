"""The floor of a step: load what it needs, call a function, pickle what it returns durably, commit one row durably."""

import json
import os
import pickle
import sqlite3
import sys
import time

count, shape = int(sys.argv[1]), sys.argv[2]
os.mkdir("values")
database = sqlite3.connect("history.db", isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE event (number INTEGER PRIMARY KEY, body TEXT)")


def step(before: int) -> int:
    return before + 1


def load(number: int) -> int:
    if number < 0 or shape == "wide":
        return 0
    with open(f"values/{number}", "rb") as file:
        return pickle.load(file)


wall, cpu = time.perf_counter(), time.process_time()
for number in range(count):
    with open(f"values/.{number}", "wb") as file:
        pickle.dump(step(load(number - 1)), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"values/.{number}", f"values/{number}")
    database.execute("INSERT INTO event (body) VALUES (?)", (f"step {number}",))
print(
    json.dumps(
        {
            "wall ms per step": (time.perf_counter() - wall) / count * 1000,
            "cpu ms per step": (time.process_time() - cpu) / count * 1000,
        }
    )
)
