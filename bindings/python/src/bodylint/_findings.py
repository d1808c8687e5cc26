"""What bodylint finds: values, and how they are read from the library's JSON."""

from __future__ import annotations

import json
import sys
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Any

# Python 3.9 has no slots for dataclasses.
_SLOTS = {"slots": True} if sys.version_info >= (3, 10) else {}


class Severity(str, Enum):
    """How much a finding matters, from `INFO` up to `ERROR`: ``severity >= Severity.WARNING``."""

    INFO = "info"
    """Worth knowing; nothing has to change."""
    WARNING = "warning"
    """Accepted, or by some, but hardly meant so; or the documents contradict each other."""
    ERROR = "error"
    """The documents say that the service cannot accept the body."""

    # As enum.StrEnum has it, which came with Python 3.11.
    __str__ = str.__str__

    # All four, for those of str would compare the letters: "error" < "info".
    def __lt__(self, other: str) -> bool:
        return _RANK[self] < _RANK[other] if isinstance(other, Severity) else NotImplemented

    def __le__(self, other: str) -> bool:
        return _RANK[self] <= _RANK[other] if isinstance(other, Severity) else NotImplemented

    def __gt__(self, other: str) -> bool:
        return _RANK[self] > _RANK[other] if isinstance(other, Severity) else NotImplemented

    def __ge__(self, other: str) -> bool:
        return _RANK[self] >= _RANK[other] if isinstance(other, Severity) else NotImplemented


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, **_SLOTS)
class Related:
    """Another place of the same fault, such as the first of two duplicates."""

    message: str
    """What is there: ``first used here``."""
    pointer: str
    """An RFC 6901 JSON Pointer into the document."""
    line: int
    """From 1."""
    column: int
    """From 1, in UTF-16 code units."""


@dataclass(frozen=True, **_SLOTS)
class Source:
    """The documented sentence that a rule stands on."""

    quote: str
    url: str


@dataclass(frozen=True, **_SLOTS)
class Edit:
    """Replaces bytes of the document by text."""

    offset: int
    """The first byte, from 0."""
    length: int
    """The number of bytes; 0 inserts."""
    text: str
    """What is put there, to be written as UTF-8."""


@dataclass(frozen=True, **_SLOTS)
class Fix:
    """Edits that mend a finding."""

    description: str
    """What they do: ``remove id``."""
    safe: bool
    """They cannot change what the service does with the body; otherwise they are a good guess."""
    edits: tuple[Edit, ...]
    """In order of place; they do not overlap."""


@dataclass(frozen=True, **_SLOTS)
class Finding:
    """One fault of a body.

    Places are counted in the document that was checked: lines and columns from 1, columns in UTF-16
    code units as editors count them, offsets in bytes from 0. They and `pointer` are None where the
    fault is in the request line.
    """

    rule: str
    """The rule's id, which names the fault: ``duplicate-lun``."""
    severity: Severity
    message: str
    """One line: the fact, then the limit. It repeats no secret of the body."""
    pointer: str | None
    """An RFC 6901 JSON Pointer into the document; ``""`` is the whole of it."""
    body_pointer: str | None
    """The same from the root of the body, where the document is not the body itself."""
    operation: str | None
    """What the body was judged as; None where only the JSON itself could be judged."""
    api_version: str | None
    """The api-version it was judged by, where one is known."""
    property: str | None
    """The missing, unknown, duplicate or misspelt property."""
    parameter: str | None
    """For the request line, the part of it at fault: ``imageName``, ``api-version``, ``method``."""
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    """Just behind the last character at fault."""
    offset: int | None
    length: int | None
    """In bytes."""
    worlds: tuple[str, ...]
    """The facts with which the body fails, where it fails with some only: ``os=Windows``."""
    related: tuple[Related, ...]
    source: Source | None
    fix: Fix | None

    def __str__(self) -> str:
        """One line: ``line:column: severity[rule] message (pointer)``."""
        place = "" if self.line is None else f"{self.line}:{self.column}: "
        if self.pointer is None:
            target = f"request:{self.parameter or ''}"
        else:
            target = _printable(self.pointer) or "root"
        return f"{place}{self.severity}[{self.rule}] {self.message} ({target})"


def _printable(pointer: str) -> str:
    r"""Names in a pointer are the body's: what could forge a line of a log is written ``\u{A}``."""
    if pointer.isascii() and pointer.isprintable():
        return pointer
    return "".join(f"\\u{{{ord(c):X}}}" if _is_hidden(c) else c for c in pointer)


def _is_hidden(character: str) -> bool:
    # Controls, formats, lone surrogates, private use and the unassigned; separators of lines and
    # paragraphs. The joiners inside of emoji and scripts are formats that do no harm.
    category = unicodedata.category(character)
    return (category[0] == "C" or category in ("Zl", "Zp")) and character not in "\u200c\u200d"


def findings_from_json(text: str) -> list[Finding]:
    """The findings in an array that bodylint_check_json gave out."""
    return [_finding(members) for members in json.loads(text)]


def _finding(members: dict[str, Any]) -> Finding:
    get = members.get
    source = get("source")
    fix = get("fix")
    return Finding(
        rule=members["rule"],
        severity=Severity(members["severity"]),
        message=members["message"],
        pointer=get("pointer"),
        body_pointer=get("bodyPointer"),
        operation=get("operation"),
        api_version=get("apiVersion"),
        property=get("property"),
        parameter=get("parameter"),
        line=get("line"),
        column=get("column"),
        end_line=get("endLine"),
        end_column=get("endColumn"),
        offset=get("offset"),
        length=get("length"),
        worlds=tuple(get("worlds", ())),
        related=tuple(
            Related(place["message"], place["pointer"], place["line"], place["column"])
            for place in get("related", ())
        ),
        source=Source(source["quote"], source["url"]) if source else None,
        fix=_fix(fix) if fix else None,
    )


def _fix(members: dict[str, Any]) -> Fix:
    return Fix(
        description=members["description"],
        safe=members["safe"],
        edits=tuple(
            Edit(edit["offset"], edit["length"], edit["text"]) for edit in members["edits"]
        ),
    )
