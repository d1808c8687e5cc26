"""What bodylint finds: values, and how they are read from the library's JSON."""

from __future__ import annotations

import functools
import json
import sys
import unicodedata
from dataclasses import dataclass, fields, make_dataclass
from enum import Enum
from typing import Any

# Python 3.9 has no slots for dataclasses.
_SLOTS: dict[str, Any] = {"slots": True} if sys.version_info >= (3, 10) else {}


class Severity(str, Enum):
    """How much a finding matters, from `INFO` up to `ERROR`: ``severity >= Severity.WARNING``.

    Its text does as well: ``severity >= "warning"``. Text that is no severity is a `TypeError`.
    """

    INFO = "info"
    """Worth knowing; nothing has to change."""
    WARNING = "warning"
    """Accepted, or by some, but hardly meant so; or the documents contradict each other."""
    ERROR = "error"
    """The documents say that the service cannot accept the body."""

    # As enum.StrEnum has it, which came with Python 3.11.
    __str__ = str.__str__

    # All four, for those of str would compare the letters: "error" < "info". What is no text at all
    # may know itself how it compares with text, as a column of a table does.
    def __lt__(self, other: str) -> bool:
        return _RANK[self] < _rank(other) if isinstance(other, str) else NotImplemented

    def __le__(self, other: str) -> bool:
        return _RANK[self] <= _rank(other) if isinstance(other, str) else NotImplemented

    def __gt__(self, other: str) -> bool:
        return _RANK[self] > _rank(other) if isinstance(other, str) else NotImplemented

    def __ge__(self, other: str) -> bool:
        return _RANK[self] >= _rank(other) if isinstance(other, str) else NotImplemented


# A severity is found by its text, too, for it is equal to that.
_RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(Severity)}
_SEVERITIES: dict[str, Severity] = {severity: severity for severity in Severity}


def _rank(severity: str) -> int:
    rank = _RANK.get(severity)
    if rank is None:
        raise TypeError(f"{severity!r} is no severity; there are: {', '.join(Severity)}")
    return rank


@dataclass(frozen=True, **_SLOTS)
class Related:
    """Another place of the same fault, such as the first of two duplicates."""

    message: str
    """What is there: ``first used here``."""
    pointer: str
    """Where in the document; as `Finding.pointer`."""
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
    """An RFC 6901 JSON Pointer into the document; ``""`` is the whole of it.

    Names over 1,024 bytes are cut, with ``…`` at their end. Where it would have over 4,096 bytes or
    256 tokens, it is that of the nearest ancestor that fits. `offset` and `length` are exact.
    """
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
    advice: str | None = None
    """What the rule says to do about it, for people; None where it says nothing."""

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


# What is frozen sets its members one by one, past its own `__setattr__`, which takes three times as
# long as this: a finding is made as one of the same members that is not frozen, and then is frozen.
_Unfrozen = make_dataclass("_Unfrozen", [field.name for field in fields(Finding)], **_SLOTS)

# Most findings share theirs with those of many other bodies.
_source = functools.lru_cache(maxsize=1024)(Source)

# As `json.loads`, but without a look for white space around the text.
_decode = json.JSONDecoder().raw_decode


def findings_from_json(text: str) -> list[Finding]:
    """The findings in an array that bodylint_check_json gave out."""
    members, _ = _decode(text)
    return [_finding(of_one) for of_one in members]


def _finding(members: dict[str, Any]) -> Finding:
    get = members.get
    worlds = get("worlds")
    related = get("related")
    source = get("source")
    fix = get("fix")
    # By position, which is the faster way, in the order of the members of `Finding`.
    finding: Any = _Unfrozen(
        members["rule"],
        _SEVERITIES[members["severity"]],
        members["message"],
        get("pointer"),
        get("bodyPointer"),
        get("operation"),
        get("apiVersion"),
        get("property"),
        get("parameter"),
        get("line"),
        get("column"),
        get("endLine"),
        get("endColumn"),
        get("offset"),
        get("length"),
        tuple(worlds) if worlds else (),
        _related(related) if related else (),
        _source(source["quote"], source["url"]) if source else None,
        _fix(fix) if fix else None,
        get("advice"),
    )
    finding.__class__ = Finding
    return finding  # type: ignore[no-any-return]


def _related(places: list[dict[str, Any]]) -> tuple[Related, ...]:
    return tuple(
        [
            Related(place["message"], place["pointer"], place["line"], place["column"])
            for place in places
        ]
    )


def _fix(members: dict[str, Any]) -> Fix:
    edits = [Edit(edit["offset"], edit["length"], edit["text"]) for edit in members["edits"]]
    return Fix(members["description"], members["safe"], tuple(edits))
