"""No module needs, while it loads, a module that needs it."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.source_tree import modules


def test_no_import_cycle_at_run_time() -> None:
    graph = {
        name: {found.target for found in module.imports if found.at_load and found.target in modules()}
        for name, module in modules().items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("import cycle: " + " -> ".join(reversed(error.args[1])))
