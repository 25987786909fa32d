"""An asset that returns None, with and without an annotation that says so: what is stored and what is loaded.

oracle: 1.13
"""

import os

from dagster import FilesystemIOManager, asset, materialize
from observe import events, files, metadata, show


@asset
def unannotated():
    pass


@asset
def annotated() -> None:
    pass


@asset
def reads_unannotated(unannotated):
    return repr(unannotated)


@asset
def reads_annotated(annotated):
    return repr(annotated)


@asset(deps=[annotated, unannotated])
def follows() -> None:
    return None


os.mkdir("data")
resources = {"io_manager": FilesystemIOManager(base_dir="data")}
result = materialize([unannotated, annotated, reads_unannotated, follows], resources=resources)
reading = materialize([unannotated, annotated, reads_annotated], resources=resources, raise_on_error=False)
show(
    events=events(result),
    files=files("data"),
    read=result.output_for_node("reads_unannotated"),
    metadata=metadata(result.asset_materializations_for_node("unannotated")[0].metadata),
    no_metadata=metadata(result.asset_materializations_for_node("annotated")[0].metadata),
    reading=events(reading),
)
