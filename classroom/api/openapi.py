"""The description of the API (OpenAPI 3.1), made from its operations and the structs that they take and give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec

from classroom.api.operations import PARAMETERS, Empty, Operation
from classroom.api.problems import MEDIA_TYPE, STATUSES, Code, ProblemDetails

ALWAYS: Final[tuple[Code, ...]] = ("invalid", "rate_limited", "internal", "busy", "storage_unavailable")
KEYED: Final[tuple[Code, ...]] = ("key_missing", "key_unknown", "scope_missing")
BODIED: Final[tuple[Code, ...]] = ("malformed", "too_slow", "body_too_large", "unsupported_media_type")
REF: Final = "#/components/schemas/{name}"
PROBLEM: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
INTRODUCTION: Final = (
    "Rooms, invitations, attendance and webhooks of Momentum Classroom, for programs. Keys, limits and examples: "
    "docs/api.md. Every refusal is application/problem+json with a stable `code`."
)


def describe(operations: Iterable[Operation], prefix: str) -> dict[str, Any]:
    """The whole description. `prefix`: of every path."""
    operations = tuple(operations)
    types = [ProblemDetails]
    for operation in operations:
        types += [type_ for type_ in (operation.body, operation.reply) if type_ not in (None, Empty)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    named = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = paths.setdefault(prefix + operation.path, {})
        path[operation.method.lower()] = _operation(operation, named, operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Momentum Classroom",
            "version": version("momentum-classroom"),
            "description": INTRODUCTION,
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "`mck_…`"}},
        },
    }


def refusals(operation: Operation) -> tuple[Code, ...]:
    """Every code that the operation may be refused with."""
    codes = list(ALWAYS)
    if operation.scope is not None:
        codes += KEYED
    if operation.body is not None:
        codes += BODIED
    if operation.parameters:
        codes += ["not_found"]
    if "room_id" in operation.parameters:
        codes += ["room_not_found"]
    return tuple(dict.fromkeys((*codes, *operation.refusals)))


def _operation(
    operation: Operation, named: Mapping[Any, Any], operations: Iterable[Operation]
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)],
        "responses": {**_success(operation, named, operations), **_refused(operation)},
    }
    if operation.scope is not None:
        described["security"] = [{"key": []}]
        described["description"] = f"Scope: `{operation.scope}`."
    if operation.body is not None:
        content = {"application/json": {"schema": named[operation.body]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _success(
    operation: Operation, named: Mapping[Any, Any], operations: Iterable[Operation]
) -> dict[str, Any]:
    if operation.reply is Empty:
        return {"204": {"description": "Done."}}
    content = {"application/json": {"schema": named[operation.reply]}}
    content |= {media_type: {"schema": schema} for media_type, schema in operation.also.items()}
    answer: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase, "content": content}
    if operation.makes:
        answer["headers"] = {"Location": {"schema": {"type": "string"}, "description": "Of what was made."}}
        answer["links"] = {
            other.id: _link(operation, other) for other in operations if _follows(operation, other)
        }
    return {str(operation.status): answer}


def _follows(operation: Operation, other: Operation) -> bool:
    """Whether what the one made is all that the other needs to be told beside what the one was told."""
    return operation.makes in other.parameters and set(other.parameters) <= {
        operation.makes,
        *operation.parameters,
    }


def _link(operation: Operation, other: Operation) -> dict[str, Any]:
    known = {name: f"$request.path.{name}" for name in operation.parameters}
    known[operation.makes] = "$response.body#/id"
    return {"operationId": other.id, "parameters": {name: known[name] for name in other.parameters}}


def _refused(operation: Operation) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in refusals(operation):
        by_status.setdefault(STATUSES[code], []).append(code)
    return {
        str(status): {"description": ", ".join(f"`{code}`" for code in codes), "content": PROBLEM}
        for status, codes in sorted(by_status.items())
    }


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^{PARAMETERS[name]}$"},
        }
        for name in operation.parameters
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    _, components = msgspec.json.schema_components([operation.query], ref_template=REF)
    properties = components[operation.query.__name__]["properties"]
    described = []
    for name, field in properties.items():
        # An absent parameter is absent: there is no null in an address.
        options = [option for option in field.pop("anyOf", ()) if option.get("type") != "null"]
        default = field.pop("default", None)
        kept = {**(options[0] if len(options) == 1 else {}), **field}
        kept |= {} if default is None else {"default": default}
        needed = name in components[operation.query.__name__].get("required", ())
        described.append({"name": name, "in": "query", "required": needed, "schema": kept})
    return described


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if not operation.idempotent_by_key:
        return []
    schema = {"type": "string", "pattern": "^[!-~]{1,100}$"}
    text = "Repeated with the same key within a day, the request creates nothing new."
    return [
        {"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema, "description": text}
    ]
