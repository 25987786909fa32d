"""What a missing upstream value, a missing I/O manager and an unpicklable value end as.

oracle: both
"""

import os

from dagster import FilesystemIOManager, asset, materialize, materialize_to_memory
from observe import caught, events, files, show


@asset
def upstream():
    return 1


@asset
def downstream(upstream):
    return upstream


@asset
def unpicklable():
    return lambda: 1


@asset(io_manager_key="elsewhere")
def other():
    return 1


def missing_file():
    try:
        materialize([upstream, downstream], selection=[downstream], resources=resources)
    except FileNotFoundError:
        return True


os.mkdir("data")
resources = {"io_manager": FilesystemIOManager(base_dir="data")}
missing = materialize(
    [upstream, downstream], selection=[downstream], resources=resources, raise_on_error=False
)
missing_is_missing_file = missing_file()
unpickled = materialize([unpicklable], resources=resources, raise_on_error=False)
first = materialize([upstream, downstream], resources=resources)
later = materialize([upstream, downstream], selection=[downstream], resources=resources)
show(
    missing=[missing.success, events(missing)],
    missing_is_missing_file=missing_is_missing_file,
    unpickled=[unpickled.success, events(unpickled)],
    files=[name for name in files("data") if name != "unpicklable"],  # half a file there is nothing to copy
    later=[later.success, events(later), later.output_for_node("downstream")],
    no_such_manager=caught(materialize, [other]),
    to_memory=materialize_to_memory([upstream, downstream]).output_for_node("downstream"),
    to_memory_with_key=caught(
        materialize_to_memory, [other], resources={"elsewhere": FilesystemIOManager(base_dir="data")}
    ),
)
