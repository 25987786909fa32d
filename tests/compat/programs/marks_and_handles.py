"""Warnings by their class, files by their handle, events of the log, definitions of a package.

oracle: 1.13
"""

import os
import sys
import warnings
from pathlib import Path

from dagster import (
    AssetKey,
    ConfigArgumentWarning,
    DagsterInstance,
    DagsterLibraryRegistry,
    EventLogEntry,
    FileHandle,
    FilePathMapping,
    SupersessionWarning,
    asset,
    deprecation_warning,
    job,
    link_code_references_to_git,
    load_definitions_from_package_module,
    op,
    with_source_code_references,
)
from observe import caught, show


def warned(function, *arguments, **named):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        function(*arguments, **named)
    return [each.category.__name__ for each in seen]


def as_error(category):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", category=category)
        return [caught(warnings.warn, "w", each) for each in (category, UserWarning)]


show(
    categories=[as_error(each) for each in (ConfigArgumentWarning, SupersessionWarning)],
    deprecated=warned(deprecation_warning, "The old way", "2.0", "Use the new way."),
)


class Named(FileHandle):
    @property
    def path_desc(self):
        return "somewhere"


class Flat(FilePathMapping):
    def convert_to_source_control_path(self, local_path: Path) -> str:
        return f"flat/{local_path.name}"


@asset
def numbers():
    return 1


linked = link_code_references_to_git(
    with_source_code_references([numbers]),
    git_url="https://github.com/us/project",
    git_branch="main",
    file_path_mapping=Flat(),
)
references = linked[0].metadata_by_key[AssetKey("numbers")]["dagster/code_references"].code_references
show(
    handle=[Named().path_desc, isinstance(Named(), FileHandle), caught(FileHandle)],
    abstract=caught(FilePathMapping),
    references=[each.url.split("#")[0] for each in references],
)


@op
def speak(context):
    context.log.info("a line")


@job
def speaking():
    speak()


with DagsterInstance.ephemeral() as instance:
    run = speaking.execute_in_process(instance=instance)
    entries = instance.all_logs(run.run_id)
    line = next(each for each in entries if each.user_message == "a line")
    started = next(each for each in entries if each.is_dagster_event and each.dagster_event.is_step_start)
    show(
        entries=all(isinstance(each, EventLogEntry) for each in entries),
        line=[line.level, line.step_key, line.job_name, line.run_id == run.run_id, line.is_dagster_event],
        started=[started.step_key, started.dagster_event_type.value, started.timestamp > 1e9],
    )

os.makedirs("package/inner")
Path("package/__init__.py").write_text("from dagster import asset\n@asset\ndef outer(): return 1\n")
Path("package/inner/__init__.py").write_text("")
Path("package/inner/late.py").write_text(
    "from dagster import asset, job, op\n@asset\ndef inside(): return 1\n@op\ndef o(): ...\n@job\ndef j(): o()\n"
)
sys.path.insert(0, os.getcwd())
import package  # noqa: E402

found = load_definitions_from_package_module(package)
DagsterLibraryRegistry.register("our-library", "1.2.3")
show(
    assets=sorted(key.to_user_string() for key in found.resolve_asset_graph().get_all_asset_keys()),
    jobs=[each.name for each in found.jobs],
    registered=DagsterLibraryRegistry.get().get("our-library"),
)
