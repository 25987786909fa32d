"""Options for files: which come first, what they mean, and what cannot be meant."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from headwater.io.file_options import FileOptions, build_plan, matching, options_in, refuse_shared_path
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey

KEY = AssetKey(["raw", "sales", "orders"])


def test_the_asset_comes_before_the_pattern_and_that_before_the_manager() -> None:
    of_asset = options_in({"note": "x", "io": FileOptions(compression="gzip")})
    of_pattern = matching({"raw/*": FileOptions(format="csv", compression="none")}, KEY, None)
    effective = of_asset.over(of_pattern).over(FileOptions(format="pickle", path="{key}"))
    assert effective == FileOptions(format="csv", compression="gzip", path="{key}")


def test_a_pattern_fits_a_key_or_a_group() -> None:
    patterns = {"group:exports": FileOptions(format="csv"), "raw/*": FileOptions(format="json")}
    assert matching(patterns, KEY, "exports").format == "csv"
    assert matching(patterns, KEY, "default").format == "json"
    assert matching(patterns, AssetKey("orders"), None) == FileOptions()


@pytest.mark.parametrize(
    ("path", "partition", "filled"),
    [
        ("{key}{extension}", None, "raw/sales/orders.csv.gz"),
        ("{prefix}/all/{name}.csv", None, "raw/sales/all/orders.csv"),
        (
            "{key}/date={partition}/data{extension}",
            "2020-01-01",
            "raw/sales/orders/date=2020-01-01/data.csv.gz",
        ),
        ("{key}/{partition}", "../a/b", "raw/sales/orders/..%2Fa%2Fb"),
    ],
)
def test_paths_are_filled_and_stay_below_the_root(path: str, partition: str | None, filled: str) -> None:
    plan = build_plan(FileOptions(format="csv", compression="gzip", path=path), pd.DataFrame, "it")
    assert plan.fill(KEY, partition) == filled


@pytest.mark.parametrize("path", ["../x", "/x", "a/../b", "~/x", "a\\b", "./{key}"])
def test_a_path_that_leaves_the_root_is_refused(path: str) -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="leaves the root"):
        FileOptions(path=path)


@pytest.mark.parametrize("path", ["{kye}", "{", "{}"])
def test_an_unknown_placeholder_names_those_that_there_are(path: str) -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="Known are"):
        FileOptions(path=path)


def test_what_cannot_be_meant_is_refused_at_once() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match='"parket" is no format'):
        FileOptions(format="parket")
    wrong: dict[str, Any] = {"formt": "csv"}
    with pytest.raises(DagsterInvalidDefinitionError, match=r"take format, compression, path.* no formt"):
        FileOptions(**wrong)
    with pytest.raises(DagsterInvalidDefinitionError, match=r"compressed with snappy.*csv takes gzip"):
        build_plan(FileOptions(format="csv", compression="snappy"), pd.DataFrame, "it")
    with pytest.raises(DagsterInvalidDefinitionError, match=r"values are int\. .*another format: pickle\."):
        build_plan(FileOptions(format="csv"), int, "it")


def test_partitions_need_a_path_of_their_own() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="the same for all"):
        refuse_shared_path(build_plan(FileOptions(format="csv", path="x.csv"), Any, "it"), "it")
