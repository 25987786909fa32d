"""Lakes for the tests: Delta Lake and Iceberg, in a folder or in a bucket, and what is done with each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import headwater as hw
from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import InputContext, build_input_context, build_output_context
from headwater.io.lake_io_manager import LakeIOManager
from tests.integration.io.object_servers import BUCKET


def delta(folder: Path) -> hw.DeltaLakeIOManager:
    return hw.DeltaLakeIOManager(root_uri=str(folder / "lake"))


def iceberg(folder: Path) -> hw.IcebergIOManager:
    (folder / "warehouse").mkdir(exist_ok=True)
    warehouse = f"file://{folder}/warehouse"
    properties = {"type": "sql", "uri": f"sqlite:///{folder}/catalog.db", "warehouse": warehouse}
    return hw.IcebergIOManager(name="lake", config=hw.IcebergCatalogConfig(properties=properties))


LAKES: dict[str, Callable[[Path], Any]] = {"delta": delta, "iceberg": iceberg}


def delta_in_bucket(folder: Path, endpoint: str, **changes: Any) -> hw.DeltaLakeIOManager:
    given = {"access_key_id": "key", "secret_access_key": "a-secret", "region": "us-east-1"}
    storage = hw.S3Config(**{**given, "endpoint": endpoint, **changes})
    client = hw.ClientConfig(allow_http=True, connect_timeout=2)
    root = f"s3://{BUCKET}/{folder.name}"
    return hw.DeltaLakeIOManager(root_uri=root, storage_options=storage, client_options=client)


def iceberg_in_bucket(folder: Path, endpoint: str, **changes: Any) -> hw.IcebergIOManager:
    properties = {
        "type": "sql",
        "uri": f"sqlite:///{folder}/catalog.db",
        "warehouse": f"s3://{BUCKET}/{folder.name}",
        "s3.endpoint": endpoint,
        "s3.access-key-id": "key",
        "s3.secret-access-key": "a-secret",
        "s3.region": "us-east-1",
        "s3.connect-timeout": "2",
        **{f"s3.{name.replace('_', '-')}": value for name, value in changes.items()},
    }
    return hw.IcebergIOManager(name="lake", config=hw.IcebergCatalogConfig(properties=properties))


BUCKETS: dict[str, Callable[..., Any]] = {"delta": delta_in_bucket, "iceberg": iceberg_in_bucket}


def opened(manager: Any) -> LakeIOManager:
    made = manager.create_io_manager(build_init_resource_context())
    assert isinstance(made, LakeIOManager)
    return made


def store(
    manager: LakeIOManager, value: Any, options: hw.TableOptions | None = None, **context: Any
) -> dict[str, Any]:
    """Store a value as the asset ``people``; what is recorded."""
    metadata = {**context.pop("metadata", {}), **({"io": options} if options else {})}
    output = build_output_context(asset_key="people", definition_metadata=metadata, **context)
    manager.handle_output(output, value)
    return {label: each.value for label, each in output.get_logged_metadata().items()}


def asked(annotation: Any, columns: list[str] | None = None, **context: Any) -> InputContext:
    """An input that asks for the asset ``people``."""
    upstream = build_output_context(asset_key="people", **context)
    return build_input_context(
        asset_key="people",
        upstream_output=upstream,
        dagster_type=resolve_dagster_type(annotation),
        definition_metadata={"columns": columns} if columns else {},
        asset_partition_key=context.get("partition_key"),
    )


def load(manager: LakeIOManager, annotation: Any, columns: list[str] | None = None, **context: Any) -> Any:
    return manager.load_input(asked(annotation, columns, **context))
