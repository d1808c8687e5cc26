"""What a body is judged as: the arguments beside it, and what is wrong with them."""

from __future__ import annotations

import os
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import bodylint
from bodylint import Linter, RequestError, RulesError, UnrecognizedBody
from bodylint._linter import PREPARED_REQUESTS_MAX

BLOB = b"""{"location": "westus", "properties": {"storageProfile": {"osDisk":
{"osType": "Linux", "osState": "Generalized", "blobUri":
"https://acme.blob.core.windows.net/vhds/os.vhd"}}}}"""


def severities(**arguments: Any) -> list[str]:
    return [f"{found.severity} {found.rule}" for found in bodylint.check(BLOB, **arguments)]


def test_the_api_version() -> None:
    assert severities() == ["warning blob-without-generation"]
    assert severities(api_version="2024-03-01") == ["error blob-without-generation"]
    assert severities(api_version="2018-10-01") == []


def test_the_answer_of_the_service() -> None:
    body = b'{"id": "/x", "location": "westus", "properties": {"provisioningState": "Succeeded"}}'
    asked = bodylint.check(body, "Image", response=True)
    assert "read-only-property" not in [finding.rule for finding in asked]


FACTS: list[Mapping[str, str]] = [{"os": "Linux"}, types.MappingProxyType({"os": "Linux"})]


@pytest.mark.parametrize("facts", FACTS)
def test_facts(facts: Mapping[str, str]) -> None:
    url = (
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/web/providers"
        "/Microsoft.Compute/virtualMachines/build-agent-eastus-07/reimage?api-version=2024-03-01"
    )
    for body in (b'{"tempDisk": true}', b'{"tempDisk": false}'):
        assert bodylint.check(body, url=url, facts=facts) == []
        (finding,) = bodylint.check(body, url=url, facts={"os": "Windows"})
        assert (finding.rule, finding.worlds) == ("malformed-vm-name", ())
        (finding,) = bodylint.check(body, url=url)
        assert (finding.rule, finding.worlds) == ("malformed-vm-name", ("os=Windows",))


def test_what_cannot_be_told() -> None:
    with pytest.raises(UnrecognizedBody) as caught:
        bodylint.check(b'{"a": "hunter2"}')
    assert str(caught.value) == (
        "cannot tell which operation this body is for; say it with operation=,"
        " or pass skip_unrecognized=True"
    )
    assert bodylint.check(b'{"a": "hunter2"}', skip_unrecognized=True) == []


def test_text_is_judged_even_where_the_operation_cannot_be_told() -> None:
    (finding,) = bodylint.check(b'{"a": 1,}', skip_unrecognized=True)
    assert finding.rule == "malformed-json"
    assert finding.operation is None


def test_errors_are_value_errors() -> None:
    for kind in (RequestError, RulesError, UnrecognizedBody):
        assert issubclass(kind, ValueError)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"operation": "Images_CreateOrUpdat"}, "Images_CreateOrUpdate"),
        ({"operation": ""}, "operation"),
        ({"facts": {"system": "Linux"}}, "system"),
        ({"facts": {"os": "Plan9"}}, "Plan9"),
        ({"now": "yesterday"}, "yesterday"),
    ],
)
def test_what_there_is_not(arguments: dict[str, Any], part: str) -> None:
    for _ in range(2):  # what failed is not kept
        with pytest.raises(RequestError) as caught:
            bodylint.check(b"{}", **arguments)
        assert part in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_error_comes_before_the_body_is_looked_at() -> None:
    with pytest.raises(RequestError):
        bodylint.check(b"no JSON", "Images")


WRONG_TYPES = {
    "operation": (b"Images_CreateOrUpdate", "operation must be str, not bytes"),
    "api_version": (20240301, "api_version must be str, not int"),
    "method": (["PUT"], "method must be str, not list"),
    "url": ({}, "url must be str, not dict"),
    "now": (1.5, "now must be str, not float"),
    "response": ("no", "response must be bool, not str"),
    "comments": ([], "comments must be bool, not list"),
    "facts": ("os=Linux", "facts must be a mapping of str to str, not str"),
}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [(name, value, message) for name, (value, message) in WRONG_TYPES.items()],
    ids=WRONG_TYPES.keys(),
)
def test_wrong_types(name: str, value: Any, message: str) -> None:
    arguments: dict[str, Any] = {name: value}
    with pytest.raises(TypeError) as caught:
        bodylint.check(b"{}", **arguments)
    assert str(caught.value) == message
    assert caught.value.__context__ is None


@pytest.mark.parametrize("facts", [{"os": None}, {"os": ["Linux"]}, {1: "Linux"}])
def test_facts_of_wrong_types(facts: Any) -> None:
    with pytest.raises(TypeError, match=r"^a name or value in facts must be str, not "):
        bodylint.check(b"{}", facts=facts)


def test_facts_are_no_tuple() -> None:
    # Prepared requests know facts as pairs, and still nobody else may give them so.
    bodylint.check(BLOB, facts={"os": "Linux"})
    pairs: Any = (("os", "Linux"),)
    with pytest.raises(TypeError, match=r"^facts must be a mapping"):
        bodylint.check(BLOB, facts=pairs)


@pytest.mark.parametrize("name", ["operation", "api_version", "method", "url", "now"])
def test_text_that_the_library_could_not_read(name: str) -> None:
    nul: dict[str, Any] = {name: "a\0b"}
    with pytest.raises(ValueError, match=rf"^{name} has a NUL character$"):
        bodylint.check(b"{}", **nul)
    half: dict[str, Any] = {name: "\ud800"}
    with pytest.raises(ValueError, match=rf"^{name} has half of a surrogate pair$"):
        bodylint.check(b"{}", **half)


@pytest.mark.parametrize(
    "arguments",
    [
        {"url": "https://x/?sig=hunter2\ud800"},
        {"facts": {"os": "hunter2\ud800"}},
        {"facts": {"hunter2\ud800": "Linux"}},
    ],
)
def test_no_error_holds_text_that_could_not_be_encoded(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has half of a surrogate pair$") as caught:
        bodylint.check(b"{}", **arguments)
    # An error behind this one would have the whole text.
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


class OtherText(str):
    """Says that its bytes are others."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"Images_Delete"


def test_text_is_encoded_as_it_is() -> None:
    operation = OtherText("Images_CreateOrUpdate")
    (finding,) = Linter().check(BLOB, operation)
    assert finding.operation == operation


def test_facts_that_the_library_could_not_read() -> None:
    for facts in ({"o\0s": "Linux"}, {"os": "Li\0nux"}):
        with pytest.raises(ValueError, match=r"^a name or value in facts has a NUL character$"):
            bodylint.check(b"{}", facts=facts)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"max_bytes": 0}, ValueError, "max_bytes is 0; it takes 1 to 4294967294"),
        ({"max_bytes": 2**32 - 1}, ValueError, "max_bytes is 4294967295; it takes 1 to 4294967294"),
        ({"max_bytes": 1.0}, TypeError, "max_bytes must be int, not float"),
        ({"max_depth": -1}, ValueError, "max_depth is -1; it takes 1 to 100000"),
        ({"max_depth": 100_001}, ValueError, "max_depth is 100001; it takes 1 to 100000"),
        ({"max_depth": True}, TypeError, "max_depth must be int, not bool"),
        ({"rules": 1}, TypeError, "rules must be str or os.PathLike, not int"),
        ({"rules": "a\0b"}, ValueError, "rules has a NUL character"),
        ({"rules": ""}, ValueError, "rules is empty; it takes the path of a folder"),
        ({"rules": os.fsdecode(b"r\xe9gles")}, ValueError, "rules is a path that is not UTF-8"),
        ({"rules": Path("r\udce9gles")}, ValueError, "rules is a path that is not UTF-8"),
        ({"rules": OtherText("a\0b")}, ValueError, "rules has a NUL character"),
        ({"rules": "\ud800"}, ValueError, "rules is a path that is not UTF-8"),
    ],
)
def test_linters_that_cannot_be_made(
    arguments: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        Linter(**arguments)
    assert type(caught.value) is kind
    assert str(caught.value) == message
    assert caught.value.__context__ is None


class Unmade(Linter):
    """Has forgotten something."""

    def __init__(self) -> None:
        pass


def test_a_linter_that_was_not_made() -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError) as caught:
            Unmade().check(BLOB)
        assert str(caught.value) == (
            "Linter.__init__() was not called: call it in Unmade.__init__()"
        )
        assert caught.value.__context__ is None


def test_the_largest_limits() -> None:
    assert (
        Linter(max_bytes=2**32 - 2, max_depth=100_000).check(BLOB, api_version="2018-10-01") == []
    )


def test_prepared_requests_are_bounded() -> None:
    linter = Linter()
    for number in range(PREPARED_REQUESTS_MAX + 10):
        facts = {"os": "Linux"} if number % 2 else None
        now = f"2026-11-21T{number // 60:02}:{number % 60:02}:00Z"
        linter.check(BLOB, now=now, facts=facts)
    assert len(linter._requests) == PREPARED_REQUESTS_MAX
    kept = [arguments[-1] for arguments in linter._requests]
    assert kept[0] == "2026-11-21T00:10:00Z"
    assert kept[-1] == "2026-11-21T01:13:00Z"


def test_a_prepared_request_is_used_again() -> None:
    linter = Linter()
    for _ in range(3):
        linter.check(BLOB, "Images_CreateOrUpdate", facts={"os": "Linux"})
    assert len(linter._requests) == 1
