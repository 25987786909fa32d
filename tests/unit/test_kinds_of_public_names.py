"""Public names which users need as a class: to raise, to catch, to derive from, or to ask what something is."""

from __future__ import annotations

import inspect

import pytest

import headwater as hw


def test_warnings_can_be_filtered_by_their_class() -> None:
    for each in (hw.ConfigArgumentWarning, hw.ExperimentalWarning, hw.SupersessionWarning):
        assert issubclass(each, Warning)


def test_what_a_log_holds_is_an_event_log_entry() -> None:
    @hw.asset
    def one() -> int:
        return 1

    with hw.DagsterInstance.ephemeral() as instance:
        run = hw.materialize([one], instance=instance)
        assert all(isinstance(each, hw.EventLogEntry) for each in instance.all_logs(run.run_id))


def test_bases_of_ones_own_classes_are_classes() -> None:
    bases = (
        hw.Executor,
        hw.FileHandle,
        hw.FilePathMapping,
        hw.PipesClient,
        hw.PipesClientCompletedInvocation,
        hw.PipesContextInjector,
        hw.PipesLaunchedData,
        hw.PipesLogReader,
        hw.PipesMessageHandler,
        hw.DagsterLibraryRegistry,
    )
    assert all(inspect.isclass(each) for each in bases)


def test_helpers_are_functions() -> None:
    assert callable(hw.deprecation_warning)
    assert callable(hw.MetadataEntry)
    assert callable(hw.load_definitions_from_package_module)


def test_what_a_pipes_process_may_report_is_a_union_of_results() -> None:
    assert hw.MaterializeResult in {
        getattr(each, "__origin__", each) for each in hw.PipesExecutionResult.__args__
    }


def test_a_misspelt_name_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'assett'\. Did you mean 'asset'\?"):
        _ = hw.assett  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"no attribute 'zzzzzz'$"):
        _ = hw.zzzzzz  # type: ignore[attr-defined]
