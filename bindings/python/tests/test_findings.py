"""What a finding says, and what it is as a value."""

from __future__ import annotations

import copy
import dataclasses
import json
import operator
import pickle
from typing import Any, Callable

import pytest
from corpus import case

import bodylint
from bodylint import Edit, Finding, Fix, Related, Severity, Source
from bodylint._findings import findings_from_json

IMAGES_PAGE = (
    "https://learn.microsoft.com/en-us/rest/api/compute/images/create-or-update"
    "?view=rest-compute-2024-03-01"
)


def test_all_that_is_said_of_a_place(image: bytes) -> None:
    _, duplicate = bodylint.check(image, "Images_CreateOrUpdate", api_version="2024-03-01")
    offset = image.index(b'"lun": 1', image.index(b"logs.vhd")) + len('"lun": ')
    assert duplicate == Finding(
        rule="duplicate-lun",
        severity=Severity.ERROR,
        message="lun 1 is already used by /properties/storageProfile/dataDisks/0/lun",
        pointer="/properties/storageProfile/dataDisks/1/lun",
        body_pointer=None,
        operation="Images_CreateOrUpdate",
        api_version="2024-03-01",
        property=None,
        parameter=None,
        line=14,
        column=17,
        end_line=14,
        end_column=18,
        offset=offset,
        length=1,
        worlds=(),
        related=(
            Related(
                message="first used here",
                pointer="/properties/storageProfile/dataDisks/0/lun",
                line=13,
                column=17,
            ),
        ),
        source=Source(
            quote=(
                "This value is used to identify data disks within the VM and therefore must be"
                " unique for each data disk attached to a VM."
            ),
            url=IMAGES_PAGE,
        ),
        fix=None,
        advice=(
            "Give each data disk a number of its own. Numbers need no order and may leave gaps;"
            " keep those that mounts inside the guest rely on."
        ),
    )


MEMBERS: dict[str, Any] = {
    "rule": "duplicate-lun",
    "severity": "error",
    "message": "lun 1 is already used by /a",
    "pointer": "/b",
    "bodyPointer": "/body/b",
    "operation": "Images_CreateOrUpdate",
    "apiVersion": "2024-03-01",
    "property": "lun",
    "parameter": "imageName",
    "line": 1,
    "column": 2,
    "endLine": 3,
    "endColumn": 4,
    "offset": 5,
    "length": 6,
    "worlds": ["os=Windows"],
    "related": [{"message": "first used here", "pointer": "/a", "line": 7, "column": 8}],
    "source": {"quote": "It says so.", "url": "https://example.com"},
    "fix": {
        "description": "remove lun",
        "safe": True,
        "edits": [{"offset": 9, "length": 10, "text": "x"}],
    },
    "advice": "Give each disk a lun of its own.",
}


def finding_of(members: dict[str, Any]) -> Finding:
    (finding,) = findings_from_json(json.dumps([members]))
    return finding


def test_all_members_are_read() -> None:
    expected = Finding(
        rule="duplicate-lun",
        severity=Severity.ERROR,
        message="lun 1 is already used by /a",
        pointer="/b",
        body_pointer="/body/b",
        operation="Images_CreateOrUpdate",
        api_version="2024-03-01",
        property="lun",
        parameter="imageName",
        line=1,
        column=2,
        end_line=3,
        end_column=4,
        offset=5,
        length=6,
        worlds=("os=Windows",),
        related=(Related("first used here", "/a", 7, 8),),
        source=Source("It says so.", "https://example.com"),
        fix=Fix("remove lun", True, (Edit(9, 10, "x"),)),
        advice="Give each disk a lun of its own.",
    )
    finding = finding_of(MEMBERS)
    assert finding == expected
    assert hash(finding) == hash(expected)
    assert repr(finding) == repr(expected)
    assert dataclasses.asdict(finding) == dataclasses.asdict(expected)
    assert dataclasses.replace(finding, line=2) == dataclasses.replace(expected, line=2)
    assert copy.deepcopy(finding) == expected


def test_members_that_are_not_there() -> None:
    needed = {name: MEMBERS[name] for name in ("rule", "severity", "message")}
    finding = finding_of(needed)
    assert (finding.worlds, finding.related) == ((), ())
    others = [field.name for field in dataclasses.fields(Finding)]
    others = [name for name in others if name not in (*needed, "worlds", "related")]
    assert {name: getattr(finding, name) for name in others} == dict.fromkeys(others)


def test_advice_is_there_or_not() -> None:
    assert finding_of(MEMBERS).advice == "Give each disk a lun of its own."
    assert finding_of({**MEMBERS, "advice": None}).advice is None


def test_a_read_finding_is_a_finding() -> None:
    finding = finding_of(MEMBERS)
    assert type(finding) is Finding
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.advice = "none"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del finding.advice


def test_a_fix() -> None:
    body = b'{"id": "x", "location": "westus"}'
    (finding,) = (
        found
        for found in bodylint.check(body, "Images_CreateOrUpdate")
        if found.rule == "read-only-property"
    )
    assert finding.severity is Severity.WARNING
    assert finding.fix is not None
    assert finding.fix.safe is True
    (edit,) = finding.fix.edits
    mended = body[: edit.offset] + edit.text.encode() + body[edit.offset + edit.length :]
    assert mended == b'{"location": "westus"}'


def test_a_property() -> None:
    findings = bodylint.check(b'{"location": "westus", "proprties": {}}', "Images_CreateOrUpdate")
    (unknown,) = (finding for finding in findings if finding.rule == "unknown-property")
    assert unknown.property == "proprties"


def test_the_request_line_has_no_place() -> None:
    url = (
        "https://management.azure.com/subscriptions/11111111-2222-3333-4444-555555555555"
        "/resourceGroups/web/providers/Microsoft.Compute/virtualMachines"
        "/build-agent-eastus-07/reimage?api-version=2024-03-01"
    )
    name, method = bodylint.check(b'{"tempDisk": true}', method="PUT", url=url)
    assert (name.parameter, method.parameter) == ("vmName", "method")
    assert name.operation == "VirtualMachines_Reimage"
    assert name.api_version == "2024-03-01"
    assert name.worlds == ("os=Windows",)
    places = (name.pointer, name.line, name.column, name.end_line, name.end_column)
    assert places == (None,) * 5
    assert (name.offset, name.length) == (None, None)
    assert str(method) == (
        "error[request-line-mismatch] the method is PUT; VirtualMachines_Reimage takes POST"
        " (request:method)"
    )


def test_a_body_in_an_envelope() -> None:
    body = b"""{
      "method": "POST",
      "url": "https://management.azure.com/subscriptions/11111111-2222-3333-4444-555555555555/\
resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web/reimage?api-version=2024-03-01",
      "body": {"tempDsk": true}
    }"""
    (finding,) = bodylint.check(body)
    assert (finding.pointer, finding.body_pointer) == ("/body/tempDsk", "/tempDsk")


def test_columns_are_utf16_and_offsets_bytes() -> None:
    body = '{"location": "\U0001f600", "properties": 1}'
    (finding,) = (
        found
        for found in bodylint.check(body, "Images_CreateOrUpdate")
        if found.pointer == "/properties"
    )
    assert finding.column == body.index("1") + 2
    assert finding.offset == body.encode().index(b"1")


def test_the_compact_form(image: bytes) -> None:
    assert [str(finding) for finding in bodylint.check(image)] == [
        "10:23: error[disk-size-out-of-range] diskSizeGB is 2048; it takes 1 to 1023 GB"
        " (/properties/storageProfile/osDisk/diskSizeGB)",
        "14:17: error[duplicate-lun] lun 1 is already used by"
        " /properties/storageProfile/dataDisks/0/lun (/properties/storageProfile/dataDisks/1/lun)",
    ]


def test_the_compact_form_of_the_root() -> None:
    (finding,) = bodylint.check(b"")
    assert str(finding).endswith(" (root)")


def test_the_compact_form_is_one_line() -> None:
    body = '{"location": "westus", "\\n2:1: error[forged]\\u001b\\u202e\u2028\u200d\u00e9": 1}'
    (forged,) = (
        found
        for found in bodylint.check(body, "Images_CreateOrUpdate")
        if found.rule == "unknown-property"
    )
    assert forged.pointer == "/\n2:1: error[forged]\x1b\u202e\u2028\u200d\u00e9"
    assert str(forged).isprintable() is False  # the joiner, which does no harm
    assert str(forged).replace("\u200d", "").isprintable()
    assert str(forged).endswith("(/\\u{A}2:1: error[forged]\\u{1B}\\u{202E}\\u{2028}\u200d\u00e9)")


def every_kind() -> list[Any]:
    finding = bodylint.check(case("invalid/Images_CreateOrUpdate/arm-template-resource").body)[0]
    edit = Edit(offset=1, length=2, text="x")
    return [
        finding,
        edit,
        Fix(description="remove id", safe=True, edits=(edit,)),
        Related(message="first used here", pointer="/a", line=1, column=2),
        Source(quote="It says so.", url="https://example.com"),
        Severity.WARNING,
    ]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_values_can_be_pickled(protocol: int) -> None:
    for value in every_kind():
        copy = pickle.loads(pickle.dumps(value, protocol))
        assert copy == value
        assert type(copy) is type(value)
        assert hash(copy) == hash(value)


def test_values_cannot_be_changed() -> None:
    for value in every_kind()[:-1]:
        field = dataclasses.fields(value)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, "x")


def test_severities_are_ordered_by_weight() -> None:
    info, warning, error = Severity.INFO, Severity.WARNING, Severity.ERROR
    assert sorted([error, info, warning]) == [info, warning, error]
    assert error > warning >= warning > info
    assert info < warning <= warning < error
    assert not info > error
    assert not error <= info


COMPARISONS: list[Callable[[Any, Any], bool]] = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
]


@pytest.mark.parametrize("compare", COMPARISONS)
def test_severities_are_compared_with_their_text(compare: Callable[[Any, Any], bool]) -> None:
    for one in Severity:
        for other in Severity:
            expected = compare(one, other)
            assert compare(one, other.value) is expected
            assert compare(one.value, other) is expected


@pytest.mark.parametrize("compare", COMPARISONS)
def test_severities_are_not_compared_with_other_text(
    compare: Callable[[Any, Any], bool],
) -> None:
    for text in ("warn", "WARNING", ""):
        for pair in ((Severity.ERROR, text), (text, Severity.ERROR)):
            with pytest.raises(TypeError) as caught:
                compare(*pair)
            expected = f"{text!r} is no severity; there are: info, warning, error"
            assert str(caught.value) == expected
    for value in (None, 2, b"warning", ["warning"]):
        with pytest.raises(TypeError, match="not supported between instances"):
            compare(Severity.ERROR, value)


def test_severities_are_text() -> None:
    text: str = Severity.ERROR
    assert text == "error"
    assert str(Severity.ERROR) == "error"
    assert f"{Severity.ERROR:>7}" == "  error"
