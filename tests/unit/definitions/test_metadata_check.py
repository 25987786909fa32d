"""Ready-made checks of what materialisations say of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from headwater import (
    AssetCheckSeverity,
    AssetKey,
    AssetMaterialization,
    AssetSelection,
    DagsterInstance,
    DagsterInvalidDefinitionError,
    TableColumn,
    TableSchema,
    asset,
    build_column_schema_change_checks,
    build_metadata_bounds_checks,
    materialize,
)


@asset
def flights() -> None: ...


def schema(**columns: str) -> dict[str, Any]:
    """Metadata that tells of these columns."""
    return {"dagster/column_schema": TableSchema(columns=[TableColumn(*each) for each in columns.items()])}


def evaluate(checks: Any, *history: dict[str, Any]) -> tuple[bool, str]:
    """What the one check says after the asset was made with each of these metadata."""
    with DagsterInstance.ephemeral() as instance:
        for metadata in history:
            instance.report_runless_asset_event(AssetMaterialization("flights", metadata=metadata))
        result = materialize([flights, *checks], instance=instance, selection=AssetSelection.checks(*checks))
        (found,) = result.get_asset_check_evaluations()
        assert found.severity is AssetCheckSeverity.WARN
        assert found.description is not None
        return found.passed, found.description


@pytest.mark.parametrize(
    ("before", "last", "why"),
    [
        (schema(x="int"), schema(x="int", y="str"), "Added columns: y."),
        (schema(x="int", y="str"), schema(x="int"), "Removed columns: y."),
        (schema(x="int"), schema(x="str"), "Changed type of columns: x (int -> str)."),
        ({}, schema(x="int"), "The previous materialization has no"),
        (schema(x="int"), {}, "The last materialization has no"),
    ],
)
def test_a_change_of_columns_is_told(before: dict[str, Any], last: dict[str, Any], why: str) -> None:
    passed, told = evaluate(build_column_schema_change_checks(assets=[flights]), before, last)
    assert not passed
    assert why in told


def test_the_same_columns_and_a_first_time_are_fine() -> None:
    checks = build_column_schema_change_checks(assets=[flights])
    assert evaluate(checks, schema(x="int"), schema(x="int"))[0]
    assert evaluate(checks, schema(x="int"))[0]


@pytest.mark.parametrize(
    ("metadata", "passed", "why"),
    [
        ({"rows": 5}, True, "is at least 1 and less than 10"),
        ({"rows": 1.0}, True, "is at least 1"),
        ({"rows": 0}, False, "is not at least 1"),
        ({"rows": 10}, False, "less than 10"),
        ({"rows": "many"}, False, "not a number"),
        ({}, False, "no metadata `rows`"),
    ],
)
def test_a_number_is_within_its_bounds(metadata: dict[str, Any], passed: bool, why: str) -> None:
    checks = build_metadata_bounds_checks(
        assets=[flights], metadata_key="rows", min_value=1, max_value=10, exclusive_max=True
    )
    found, told = evaluate(checks, metadata)
    assert found is passed
    assert why in told


def test_an_asset_that_was_never_made_is_told() -> None:
    found, told = evaluate(build_metadata_bounds_checks(assets=[flights], metadata_key="rows", min_value=1))
    assert not found
    assert "has not been materialized" in told


def test_bounds_that_cannot_be_are_refused() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="min_value, max_value or both"):
        build_metadata_bounds_checks(assets=[flights], metadata_key="rows")
    with pytest.raises(DagsterInvalidDefinitionError, match="greater than max_value"):
        build_metadata_bounds_checks(assets=[flights], metadata_key="rows", min_value=3, max_value=1)


def test_each_asset_has_its_check_once() -> None:
    (checks,) = build_column_schema_change_checks(assets=[flights, "flights", ["raw", "planes"]])
    assert sorted(spec.asset_key for spec in checks.check_specs) == [
        AssetKey("flights"),
        AssetKey(["raw", "planes"]),
    ]
