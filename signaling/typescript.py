"""TypeScript declarations of the wire, from the same structs that the server checks with.

`generate` is a pure function from a registry and the modules that declare its messages to the text of one
TypeScript module. Interfaces keep their Python names and the order of their modules; docstrings and field
docs are carried over, constraints are added in words. A field with a default is optional where only clients
write it, and always present where the server does.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import inspect as types

from signaling.codec import Registry

WIDTH = 110
HEADER = """\
/**
 * {about} Generated from the Python structs by `{command}`; do not edit.
 * Prose: {prose}.
 */
"""


@dataclass(frozen=True)
class Source:
    """What to declare beside the registry's own messages."""

    modules: Sequence[ModuleType]
    """Where structs and named Literals are declared, in the order in which they are written."""
    extra: Sequence[type[msgspec.Struct]]
    """Structs that the server sends outside of the registry (error bodies, opaque parts)."""
    opaque: str
    """What a field of type `object` holds: the name of a declared struct."""
    constants: Mapping[str, object]
    """Exported values, by name: numbers, strings, and maps of them."""
    unions: Mapping[str, Sequence[type[msgspec.Struct]]]
    """Exported unions of messages, by name."""
    command: str
    """How the file is made, for its header."""
    about: str = "The wire's messages and constants."
    prose: str = "docs/protocol.md"
    imports: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names that other generated modules declare, by module."""


@dataclass
class _Docs:
    """What the source text says about a class or an alias: its docstring, and those under its fields."""

    doc: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def generate(registry: Registry, source: Source) -> str:
    """The whole module as text, ending in a newline."""
    written = [
        *registry.events.values(),
        *registry.pushes.values(),
        *registry.replies.values(),
        *source.extra,
    ]
    from_server = _reachable(written)
    structs = from_server | _reachable(registry.requests.values())
    literals = _named_literals(source.modules)
    names = _TypeNames(literals, source.opaque)
    parts = [HEADER.format(command=source.command, about=source.about, prose=source.prose)]
    parts += [
        f'import type {{ {", ".join(imported)} }} from "{module_name}";\n'
        for module_name, imported in source.imports.items()
    ]
    parts += [
        f"export const {name} = {_value(value)} as const;\n" for name, value in source.constants.items()
    ]
    for module in source.modules:
        docs = _docs(module)
        for name, declared in vars(module).items():
            if name in literals.values() and name in docs:
                parts.append(_comment(docs[name].doc) + _union(name, map(json.dumps, get_args(declared))))
            elif not isinstance(declared, type) or declared.__module__ != module.__name__:
                continue
            elif issubclass(declared, Enum):
                parts.append(_enum(declared, docs[name]))
            elif declared in structs:
                parts.append(_interface(declared, docs[name], names, complete=declared in from_server))
    for name, members in source.unions.items():
        parts.append(_union(name, [member.__name__ for member in members]))
    if registry.replies:
        parts.append(_replies(registry))
    return "\n".join(parts)


# --- which structs -----------------------------------------------------------------------------------------


def _reachable(roots: Iterable[type[msgspec.Struct]]) -> set[type[msgspec.Struct]]:
    found: set[type[msgspec.Struct]] = set()
    waiting = list(roots)
    while waiting:
        struct = waiting.pop()
        if struct not in found:
            found.add(struct)
            info = types.type_info(struct)
            assert isinstance(info, types.StructType)
            waiting += [inner for one in info.fields for inner in _structs_in(one.type)]
    return found


def _structs_in(shape: types.Type) -> Iterator[type[msgspec.Struct]]:
    match shape:
        case types.StructType():
            yield shape.cls
        case types.UnionType():
            for member in shape.types:
                yield from _structs_in(member)
        case types.VarTupleType() | types.ListType():
            yield from _structs_in(shape.item_type)
        case types.DictType():
            yield from _structs_in(shape.value_type)
        case types.Metadata():
            yield from _structs_in(shape.type)


def _named_literals(modules: Sequence[ModuleType]) -> dict[frozenset[object], str]:
    """The name of each `Name = Literal[…]`, by its values; the first module that names them wins."""
    found: dict[frozenset[object], str] = {}
    for module in modules:
        for name, value in vars(module).items():
            if get_origin(value) is Literal:
                found.setdefault(frozenset(get_args(value)), name)
    return found


# --- docs --------------------------------------------------------------------------------------------------


def _docs(module: ModuleType) -> dict[str, _Docs]:
    body = ast.parse(inspect.getsource(module)).body
    found = {name: _Docs(doc) for name, doc in _assigned(body)}
    for node in body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = _Docs(ast.get_docstring(node) or "", dict(_assigned(node.body)))
    return found


def _assigned(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each assigned or annotated name, with the string that follows it ("" if none)."""
    for node, following in zip(body, [*body[1:], None], strict=True):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                match following:
                    case ast.Expr(value=ast.Constant(value=str(doc))):
                        yield name, inspect.cleandoc(doc)
                    case _:
                        yield name, ""


def _constraints(shape: types.Type) -> str:
    """The bounds of a field in words; "" if it has none."""
    match shape:
        case types.Metadata():
            return _constraints(shape.type)
        case types.UnionType():
            return "; ".join(filter(None, map(_constraints, shape.types)))
        case types.StrType():
            return _between(shape.min_length, shape.max_length, " characters")
        case types.BytesType():
            return _between(shape.min_length, shape.max_length, " bytes")
        case types.IntType() | types.FloatType():
            return _between(shape.ge, shape.le, "")
        case types.VarTupleType():
            return _between(shape.min_length, shape.max_length, " items")
        case types.DictType():
            return _between(shape.min_length, shape.max_length, " entries")
    return ""


def _between(least: object, most: object, unit: str) -> str:
    if least is not None and most is not None:
        return f"{least} to {most}{unit}"
    if most is not None:
        return f"At most {most}{unit}"
    return f"At least {least}{unit}" if least is not None else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "…", "?", "!")) else text + "."


def _comment(text: str, indent: str = "") -> str:
    """A JSDoc block; "" for no text. Python's names in it stay as they are."""
    text = text.replace("*/", "* /").strip()
    if not text:
        return ""
    if "\n" not in text and len(indent) + len(text) + 7 <= WIDTH:
        return f"{indent}/** {text} */\n"
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        if lines:
            lines.append("")
        lines += textwrap.wrap(" ".join(paragraph.split()), WIDTH - len(indent) - 3)
    return "".join(
        [f"{indent}/**\n", *(f"{indent} * {line}".rstrip() + "\n" for line in lines), f"{indent} */\n"]
    )


# --- declarations ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _TypeNames:
    literals: Mapping[frozenset[object], str]
    opaque: str

    def of(self, shape: types.Type) -> str:
        match shape:
            case types.Metadata():
                return self.of(shape.type)
            case types.NoneType():
                return "null"
            case types.BoolType():
                return "boolean"
            case types.IntType() | types.FloatType():
                return "number"
            case types.StrType():
                return "string"
            case types.BytesType():
                return "Uint8Array"
            case types.LiteralType():
                return self.literals.get(frozenset(shape.values)) or _literal(shape.values)
            case types.UnionType():
                members = [
                    self.of(member) for member in shape.types if not isinstance(member, types.NoneType)
                ]
                return " | ".join(members + ["null"] * shape.includes_none)
            case types.VarTupleType() | types.ListType():
                item = self.of(shape.item_type)
                return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"
            case types.DictType():
                record = f"Record<{self.of(shape.key_type)}, {self.of(shape.value_type)}>"
                if isinstance(shape.key_type, types.LiteralType):
                    record = f"Partial<{record}>"
                return f"Readonly<{record}>"
            case types.StructType():
                return shape.cls.__name__
            case types.CustomType(cls=cls) if cls is object:
                return self.opaque
        raise TypeError(f"no TypeScript for {shape}")


def _interface(struct: type[msgspec.Struct], docs: _Docs, names: _TypeNames, *, complete: bool) -> str:
    info = types.type_info(struct)
    assert isinstance(info, types.StructType)
    lines: list[str] = []
    if info.tag is not None:
        lines.append(f"  readonly {info.tag_field}: {json.dumps(info.tag)};\n")
    for one in info.fields:
        shape = one.type
        notes = [docs.fields.get(one.name, ""), _constraints(shape)]
        optional = "?" if not one.required and not complete else ""
        lines.append(_comment(" ".join(map(_sentence, filter(None, notes))), "  "))
        lines.append(f"  readonly {one.encode_name}{optional}: {names.of(shape)};\n")
    body = "".join(lines)
    return _comment(docs.doc) + f"export interface {struct.__name__} {{\n{body}}}\n"


def _enum(enum: type[Enum], docs: _Docs) -> str:
    return _comment(docs.doc) + _union(enum.__name__, [json.dumps(member.value) for member in enum])


def _union(name: str, members: Iterable[str]) -> str:
    members = tuple(members)
    line = f"export type {name} = {' | '.join(members)};\n"
    if len(line) <= WIDTH:
        return line
    return f"export type {name} =\n" + "\n".join(f"  | {member}" for member in members) + ";\n"


def _replies(registry: Registry) -> str:
    rows = [
        f"  readonly {json.dumps(name)}: {{ readonly request: {registry.requests[name].__name__};"
        f" readonly reply: {reply.__name__} }};"
        for name, reply in registry.replies.items()
    ]
    comment = _comment("Every request by its wire name, and what it is answered with.")
    return comment + "export interface Requests {\n" + "\n".join(rows) + "\n}\n"


def _literal(values: Iterable[object]) -> str:
    return " | ".join(json.dumps(value) for value in values)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        rows = [f"  {key}: {json.dumps(item)}," for key, item in value.items()]
        return "{\n" + "\n".join(rows) + "\n}"
    return json.dumps(value)
