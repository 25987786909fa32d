"""What the guardian of a process starts when that has died: a program that records the end of a run.

``python -m headwater.instance.record_death HOME RUN_ID PID STATUS RSS MAX_RSS OOM_KILLS``; the last five are what the
guardian knows (:mod:`headwater.execution.guardian_program`).
"""

from __future__ import annotations

import sys

from headwater.execution.death import Death
from headwater.instance.instance import DagsterInstance


def main(home: str, run_id: str, pid: str, status: str, rss: str, max_rss: str, oom_kills: str) -> None:
    """Record the death, unless somebody else has done so, or the run had ended."""
    death = Death.of(
        int(pid),
        int(status) if status else None,
        int(max_rss),
        rss_bytes=int(rss),
        out_of_memory=int(oom_kills) > 0,
    )
    with DagsterInstance.open(home) as instance:
        instance.run_control.reconcile([run_id], death)


if __name__ == "__main__":
    main(*sys.argv[1:])
