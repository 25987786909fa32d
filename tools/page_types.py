"""Write the types of the page from the OpenAPI document: ``ui/src/api/types.ts``.

Every schema becomes an interface or a union, every route an entry of ``Operations`` with its places, query, body and
answer, so that a field which the server renames does not compile in the page. ``make page-types`` runs it;
``tests/architecture/test_page_types.py`` fails while the file is stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import headwater as hw
from headwater.model.manifest import Manifest
from headwater.server.app import build_app
from headwater.server.openapi import OpenApi

TYPES = Path(__file__).parents[1] / "ui" / "src" / "api" / "types.ts"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}

Schema = Mapping[str, Any]


def load_document() -> Schema:
    """The document as a server gives it."""
    with hw.DagsterInstance.ephemeral() as instance:
        routes = build_app(instance, Manifest()).routes[0].routes  # type: ignore[attr-defined]
        document = next(
            owner.document
            for route in routes
            if isinstance(owner := getattr(route.endpoint, "__self__", None), OpenApi)
        )
        return dict(document)


def build_types(document: Schema) -> str:
    """The text of the file."""
    lines = ["// Written by `make page-types` from the OpenAPI document of the server; not to be edited.", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += [*_declare(name, schema), ""]
    lines.append("export interface Operations {")
    for path, methods in sorted(document["paths"].items()):
        for method, operation in sorted(methods.items()):
            lines += _describe(path, method, operation)
    return "\n".join([*lines, "}", ""])


def _declare(name: str, schema: Schema) -> Iterator[str]:
    if "properties" not in schema:
        yield f"export type {name} = {_type(schema)};"
        return
    yield f"export interface {name} {{"
    required = set(schema.get("required", ()))
    for field, inner in schema["properties"].items():
        yield f"  {_name(field)}{'' if field in required else '?'}: {_type(inner)};"
    yield "}"


def _describe(path: str, method: str, operation: Schema) -> Iterator[str]:
    answers = [body for status, body in operation["responses"].items() if status.startswith("2")]
    content = next(iter(answers[0]["content"].values()))["schema"]
    body = operation.get("requestBody", {"content": {"": {"schema": None}}})["content"]
    sent = next(iter(body.values()))["schema"]
    yield f"  {json.dumps(path if method == 'get' else f'{method} {path}')}: {{"
    yield f"    method: {json.dumps(method)};"
    for where, name in (("path", "path"), ("query", "query")):
        found = [each for each in operation["parameters"] if each["in"] == where]
        fields = "; ".join(f"{_name(each['name'])}: {_type(each['schema'])}" for each in found)
        yield f"    {name}: {f'{{ {fields} }}' if found else 'Record<never, never>'};"
    yield f"    body: {_type(sent) if sent is not None else 'never'};"
    yield f"    answer: {_type(content)};"
    yield "  };"


def _type(schema: Schema | bool) -> str:
    if isinstance(schema, bool):
        return "unknown"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    match schema.get("type"):
        case "array":
            return _list(schema)
        case "object":
            return _object(schema)
        case list() as several:
            return " | ".join(_PLAIN[each] for each in several)
        case str() as plain:
            return _PLAIN[plain]
    return "unknown"


def _list(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(each) for each in schema['prefixItems'])}]"
    items = _type(schema.get("items", {}))
    return f"({items})[]" if " | " in items else f"{items}[]"


def _object(schema: Schema) -> str:
    if "properties" in schema:
        required = set(schema.get("required", ()))
        fields = (
            f"{_name(name)}{'' if name in required else '?'}: {_type(inner)}"
            for name, inner in schema["properties"].items()
        )
        return f"{{ {'; '.join(fields)} }}"
    return f"Record<string, {_type(schema.get('additionalProperties', {}))}>"


def _name(field: str) -> str:
    return field if field.isidentifier() else json.dumps(field)


def main() -> None:
    """Write the file."""
    TYPES.write_text(build_types(load_document()))
    print(f"{TYPES.relative_to(Path.cwd()) if TYPES.is_relative_to(Path.cwd()) else TYPES}")


if __name__ == "__main__":
    main()
