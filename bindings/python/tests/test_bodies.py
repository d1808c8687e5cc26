"""What a body may be given as, and what is said of a body that cannot be taken."""

from __future__ import annotations

import datetime
import json
import math
import traceback
import types
from collections.abc import Iterator, Mapping
from typing import Any, Callable, TypedDict

import pytest

import bodylint
from bodylint import Finding, Linter

SECRET = "hunter2-correct-horse"

Given = Callable[[bytes], Any]


class ShortBytes(bytes):
    """Says of itself that it is another length; the next one says another text."""

    def __len__(self) -> int:
        return 1


class LongBytes(bytes):
    def __len__(self) -> int:
        return 1 << 40


class OtherBytearray(bytearray):
    def __len__(self) -> int:
        return 1 << 40

    def __bytes__(self) -> bytes:
        return b"{"


class OtherStr(str):
    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return LongBytes(b"{")

    def __len__(self) -> int:
        return 1 << 40


GIVEN: dict[str, Given] = {
    "bytes": bytes,
    "bytes subclass": type("Bytes", (bytes,), {}),
    "bytes that say they are shorter": ShortBytes,
    "bytes that say they are longer": LongBytes,
    "bytearray": bytearray,
    "bytearray that says it is another": OtherBytearray,
    "memoryview of bytes": memoryview,
    "memoryview of bytearray": lambda body: memoryview(bytearray(body)),
    "memoryview of a part": lambda body: memoryview(b"{" + body + b"}")[1:-1],
    "memoryview of bytes that say they are longer": lambda body: memoryview(LongBytes(body)),
    "str": bytes.decode,
    "str that says it is another": lambda body: OtherStr(body.decode()),
}


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN.keys())
def test_every_kind_of_text_gives_the_same(given: Given, image: bytes, clean_image: bytes) -> None:
    assert bodylint.check(given(image)) == bodylint.check(image)
    assert bodylint.check(given(clean_image)) == []


def test_an_object_is_judged_as_its_json(image: bytes) -> None:
    body = json.loads(image)
    findings = bodylint.check(body)
    assert rules(findings) == ["disk-size-out-of-range", "duplicate-lun"]
    assert findings == bodylint.check(json.dumps(body, ensure_ascii=False))
    assert findings[0].line == 1


class Image(TypedDict):
    location: str
    properties: dict[str, Any]


def test_a_typed_dict_is_an_object() -> None:
    # mypy looks at this file, too: a type that is refused here is an error of `mypy`.
    body: Image = {"location": "westus", "properties": {"hyperVGeneration": "V3"}}
    operation = "Images_CreateOrUpdate"
    assert bodylint.check(body, operation) == bodylint.check(json.dumps(body), operation)


def test_every_mapping_is_an_object(image: bytes) -> None:
    body: dict[str, Any] = json.loads(image)
    body["properties"] = types.MappingProxyType(body["properties"])
    mapping: Mapping[str, object] = types.MappingProxyType(body)
    assert bodylint.check(mapping) == bodylint.check(json.loads(image))


def test_an_object_keeps_its_characters() -> None:
    findings = bodylint.check({"\u00e9\U0001f600": 1}, "Images_CreateOrUpdate")
    assert "\u00e9\U0001f600" in [finding.property for finding in findings]


def test_a_list_is_a_body_of_a_wrong_type() -> None:
    (finding,) = bodylint.check([1, 2], "Images_CreateOrUpdate")
    assert finding.severity is bodylint.Severity.ERROR


def test_a_buffer_is_left_as_it_was(image: bytes) -> None:
    buffer = bytearray(image)
    bodylint.check(buffer)
    assert buffer == image
    buffer.append(0x20)  # a buffer that is still exported could not grow


@pytest.mark.parametrize("operation", [None, "Images_CreateOrUpdate"])
def test_an_empty_body(operation: str | None) -> None:
    for body in (b"", "", bytearray()):
        (finding,) = bodylint.check(body, operation)
        assert finding.rule == "malformed-json"
        assert (finding.line, finding.column, finding.offset, finding.length) == (1, 1, 0, 0)


def test_a_nul_byte_does_not_end_a_body(clean_image: bytes) -> None:
    (finding,) = bodylint.check(clean_image + b"\0", "Images_CreateOrUpdate")
    assert finding.rule == "malformed-json"
    assert finding.offset == len(clean_image)
    inside = clean_image.replace(b"westus", b"west\0us")
    assert "malformed-json" in rules(bodylint.check(inside, "Images_CreateOrUpdate"))
    escaped = clean_image.replace(b"westus", b"west\\u0000us")
    assert "malformed-json" not in rules(bodylint.check(escaped, "Images_CreateOrUpdate"))


@pytest.mark.parametrize("bad", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf0\x9f\x98"])
def test_bytes_that_are_not_utf8(bad: bytes, clean_image: bytes) -> None:
    body = clean_image.replace(b"westus", b"west" + bad)
    assert "malformed-encoding" in rules(bodylint.check(body, "Images_CreateOrUpdate"))


def test_a_body_that_is_too_large(clean_image: bytes) -> None:
    size = len(clean_image)
    assert Linter(max_bytes=size).check(clean_image) == []
    (finding,) = Linter(max_bytes=size - 1).check(clean_image)
    assert finding.rule == "oversized-document"


def test_a_body_that_is_too_deep() -> None:
    def nested(depth: int) -> bytes:
        return b"[" * depth + b"]" * depth

    linter = Linter()
    assert linter.check(nested(128), skip_unrecognized=True) == []
    assert rules(linter.check(nested(129))) == ["oversized-document"]
    assert rules(linter.check(nested(1_000_000))) == ["oversized-document"]
    assert Linter(max_depth=100_000).check(nested(100_000), skip_unrecognized=True) == []
    assert rules(Linter(max_depth=1).check(nested(2))) == ["oversized-document"]


def test_comments_are_taken_where_they_are_allowed(clean_image: bytes) -> None:
    body = b"// an image\n" + clean_image
    assert rules(bodylint.check(body, "Images_CreateOrUpdate")) == ["malformed-json"]
    assert bodylint.check(body, "Images_CreateOrUpdate", comments=True) == []


class Unwritable:
    """Its text is secret, and its type is none that JSON has."""

    def __repr__(self) -> str:
        return SECRET


class UnreadableMapping(Mapping[str, Any]):
    """Its errors are secret."""

    def __getitem__(self, name: str) -> Any:
        raise KeyError(SECRET)

    def __iter__(self) -> Iterator[str]:
        return iter([SECRET])

    def __len__(self) -> int:
        return 1


class EndlessMapping(UnreadableMapping):
    def __getitem__(self, name: str) -> Any:
        return EndlessMapping()


def holding_itself() -> list[Any]:
    body: list[Any] = [SECRET]
    body.append(body)
    return body


def nested_list(depth: int) -> list[Any]:
    body: list[Any] = [SECRET]
    for _ in range(depth):
        body = [body]
    return body


REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "None": (
        None,
        TypeError,
        "body must be bytes, bytearray, memoryview, str, dict or another mapping, or list,"
        " not NoneType",
    ),
    "int": (
        1,
        TypeError,
        "body must be bytes, bytearray, memoryview, str, dict or another mapping, or list, not int",
    ),
    "tuple": (
        (SECRET,),
        TypeError,
        "body must be bytes, bytearray, memoryview, str, dict or another mapping, or list,"
        " not tuple",
    ),
    "memoryview with gaps": (
        memoryview(SECRET.encode())[::2],
        ValueError,
        "body is a memoryview that is not C-contiguous",
    ),
    "str with half a pair": (
        SECRET + "\ud800",
        ValueError,
        "body has half of a surrogate pair, at index 21 of its text",
    ),
    "dict with half a pair": (
        {SECRET: "\udc00"},
        ValueError,
        "body has half of a surrogate pair, at index 27 of its text",
    ),
    "value of another type": (
        {SECRET: {SECRET: Unwritable()}},
        TypeError,
        "body holds a value of type Unwritable, which JSON does not have",
    ),
    "date": (
        {SECRET: datetime.date(2026, 11, 21)},
        TypeError,
        "body holds a value of type date, which JSON does not have",
    ),
    "mapping that cannot be read": (
        {SECRET: UnreadableMapping()},
        ValueError,
        "body holds a UnreadableMapping that cannot be read",
    ),
    "mapping without an end": (
        EndlessMapping(),
        ValueError,
        "body is nested too deeply to be written as JSON",
    ),
    "key of another type": (
        {(SECRET, 1): 1},
        TypeError,
        "body has a key that is not str, int, float, bool or None",
    ),
    "NaN": (
        {SECRET: math.nan},
        ValueError,
        "body cannot be written as JSON: it holds itself, a number that is not finite, or one of"
        " too many digits",
    ),
    "itself": (
        holding_itself(),
        ValueError,
        "body cannot be written as JSON: it holds itself, a number that is not finite, or one of"
        " too many digits",
    ),
    "deep": (
        nested_list(200_000),
        ValueError,
        "body is nested too deeply to be written as JSON",
    ),
}


@pytest.mark.parametrize(("body", "kind", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_taken(body: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        bodylint.check(body, "Images_CreateOrUpdate")
    assert type(caught.value) is kind
    assert str(caught.value) == message
    # What stands behind an error is shown and collected, too.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    shown = "".join(traceback.format_exception_only(kind, caught.value))
    assert SECRET not in shown
