"""The floor of a step: call a function, pickle what it returns durably, and commit one row durably."""

import json
import os
import pickle
import sqlite3
import sys
import time

count = int(sys.argv[1])
os.mkdir("values")
database = sqlite3.connect("history.db", isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE event (number INTEGER PRIMARY KEY, body TEXT)")


def step(number: int) -> int:
    return number + 1


wall, cpu = time.perf_counter(), time.process_time()
for number in range(count):
    with open(f"values/.{number}", "wb") as file:
        pickle.dump(step(number), file)
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
