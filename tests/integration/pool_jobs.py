"""Jobs whose one step has a place in a pool: run by processes of their own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import headwater as hw


@hw.op(pool="printer")
def stay() -> None:
    print("at work", flush=True)
    sys.stdin.readline()


@hw.op(pool="printer")
def pass_by() -> None:
    print("at work", flush=True)


@hw.job
def staying() -> None:
    stay()


@hw.job
def passing() -> None:
    pass_by()


def show(events: Sequence[hw.EventLogEntry]) -> None:
    if any("waits for a place" in event.message for event in events):
        print("waits", flush=True)


def main(home: str, name: str) -> None:
    instance = hw.DagsterInstance.local_temp(home)
    instance.watch(show)
    job = {"staying": staying, "passing": passing}[name]
    print("ended", job.execute_in_process(instance=instance).success, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
