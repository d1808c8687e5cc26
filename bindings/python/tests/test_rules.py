"""Rules of one's own."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from bodylint import Linter, RulesError

RULE = """\
id: location-outside-europe
title: An image is made outside of Europe
severity: error
since: 1.0.0
source:
  quote: Images of the web team live in West Europe or North Europe.
  url: https://wiki.example.com/azure/regions
operations: [Images_CreateOrUpdate]
at: /location
check: {oneOf: [westeurope, northeurope]}
message: location is {actual}; we use {values}
why: Our contracts promise that customer data stays in Europe, and images hold some.
fix: Write westeurope or northeurope.
examples:
  valid:
    - name: West Europe
      body: |
        {"location": "westeurope"}
  invalid:
    - name: West US
      body: |
        {"location": "westus"}
      expect:
        - at: /location
          message: location is westus; we use westeurope or northeurope
"""


@pytest.fixture(params=["rules", "Regeln f\u00fcr uns"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    rules = tmp_path / str(request.param)
    rules.mkdir()
    (rules / "location-outside-europe.yaml").write_text(RULE, encoding="utf-8")
    return rules


def rules_of(linter: Linter, body: bytes) -> list[str]:
    return [finding.rule for finding in linter.check(body)]


def test_rules_stand_beside_the_bundled_ones(folder: Path, image: bytes) -> None:
    expected = ["location-outside-europe", "disk-size-out-of-range", "duplicate-lun"]
    assert rules_of(Linter(folder), image) == expected
    assert rules_of(Linter(str(folder)), image) == expected
    assert rules_of(Linter(), image) == expected[1:]
    (location, *_) = Linter(folder).check(image)
    assert location.message == "location is westus; we use westeurope or northeurope"


def test_rules_are_read_once(folder: Path, image: bytes) -> None:
    linter = Linter(folder)
    (folder / "location-outside-europe.yaml").unlink()
    assert "location-outside-europe" in rules_of(linter, image)


def test_a_pickled_linter_reads_them_again(folder: Path, image: bytes) -> None:
    linter = Linter(folder, max_bytes=len(image), max_depth=10)
    copy = pickle.loads(pickle.dumps(linter))
    assert copy.check(image) == linter.check(image)
    assert rules_of(copy, image + b" ") == ["oversized-document"]
    assert "oversized-document" in rules_of(copy, b"[" * 11 + b"]" * 11)
    (folder / "location-outside-europe.yaml").unlink()
    other = RULE.replace("location-outside-europe", "location-elsewhere")
    (folder / "location-elsewhere.yaml").write_text(other, encoding="utf-8")
    again = pickle.loads(pickle.dumps(linter))
    assert rules_of(again, image)[0] == "location-elsewhere"


def test_mistakes_are_told_a_line_each(folder: Path) -> None:
    for name in ("first", "second"):
        rule = RULE.replace("location-outside-europe", name).replace("error", "fatal")
        (folder / f"{name}.yaml").write_text(rule, encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        Linter(folder)
    assert str(caught.value).splitlines() == [
        "first.yaml:3:11: there is no severity 'fatal'; there are: info, warning, error",
        "second.yaml:3:11: there is no severity 'fatal'; there are: info, warning, error",
    ]


def test_yaml_that_is_none(folder: Path) -> None:
    (folder / "broken.yaml").write_bytes(b"id: [\n")
    with pytest.raises(RulesError, match=r"broken\.yaml:"):
        Linter(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="missing"):
        Linter(tmp_path / "missing")
