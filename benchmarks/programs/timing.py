"""How long work takes in one process: the least wall and CPU seconds of several times, which other work disturbs least."""

import time


def timed(name, work, runs):
    """Figures for a benchmark: ``<name> s`` and ``<name> cpu s`` (of all threads), after one time to warm up."""
    work()
    walls, processors = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return {f"{name} s": min(walls), f"{name} cpu s": min(processors)}
