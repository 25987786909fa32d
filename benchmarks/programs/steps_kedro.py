"""N trivial nodes side by side through Kedro's sequential runner, values in memory: milliseconds for each node."""

import json
import logging
import sys
import time

from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner

logging.disable(logging.CRITICAL)
count = int(sys.argv[1])


def first():
    return 1


nodes = pipeline([node(first, None, f"a{number}", name=f"n{number}") for number in range(count)])
catalog = DataCatalog({f"a{number}": MemoryDataset() for number in range(count)})
wall, cpu = time.perf_counter(), time.process_time()
SequentialRunner().run(nodes, catalog)
print(
    json.dumps(
        {
            "wall ms per step": (time.perf_counter() - wall) / count * 1000,
            "cpu ms per step": (time.process_time() - cpu) / count * 1000,
        }
    )
)
