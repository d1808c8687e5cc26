"""The corpus gives what stands beside it, and what the command line says of it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from corpus import CORPUS, Arguments, Case, cases, expectation_lines

import bodylint
from bodylint import Edit, Finding, Fix, Related, Source

COMMAND = os.environ.get("BODYLINT_COMMAND", "")

needs_command = pytest.mark.skipif(
    not COMMAND, reason="BODYLINT_COMMAND, the path of the bodylint binary, is not set"
)


def test_every_body_gives_what_is_expected() -> None:
    assert len(cases()) > 900
    wrong = []
    for case in cases():
        findings = bodylint.check(case.body, **case.arguments)
        lines = [line for finding in findings for line in expectation_lines(finding)]
        if tuple(lines) != case.expectation:
            wrong.append(case.file)
    assert wrong == []


def command_line(arguments: Arguments) -> list[str]:
    words = []
    for name in ("operation", "api_version", "now"):
        if name in arguments:
            words += ["--" + name.replace("_", "-"), str(arguments.get(name))]
    for fact, value in arguments.get("facts", {}).items():
        words += ["--fact", f"{fact}={value}"]
    if "url" in arguments:
        words += ["--request", f"{arguments['method']} {arguments['url']}"]
    if arguments.get("response"):
        words += ["--response"]
    return words


def said_by_command(words: list[str], files: list[Path], format_: str) -> list[str]:
    """The lines that the command writes about these files."""
    ran = subprocess.run(
        [COMMAND, "check", "--no-config", "--skip-unrecognized", "--format", format_, *words]
        + [str(file.relative_to(CORPUS)) for file in files],
        cwd=CORPUS,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout.splitlines()


def finding_of_command(members: dict[str, Any]) -> Finding:
    """A finding as the README describes the command's JSON."""
    related = [
        Related(place["message"], place["pointer"], place["line"], place["column"])
        for place in members.get("related", [])
    ]
    source = Source(**members["source"]) if "source" in members else None
    fix = None
    if "fix" in members:
        edits = tuple(Edit(**edit) for edit in members["fix"]["edits"])
        fix = Fix(members["fix"]["description"], members["fix"]["safe"], edits)
    return Finding(
        members["rule"],
        bodylint.Severity(members["severity"]),
        members["message"],
        members.get("pointer"),
        members.get("bodyPointer"),
        members.get("operation"),
        members.get("apiVersion"),
        members.get("property"),
        members.get("parameter"),
        members.get("line"),
        members.get("column"),
        members.get("endLine"),
        members.get("endColumn"),
        members.get("offset"),
        members.get("length"),
        tuple(members.get("worlds", [])),
        tuple(related),
        source,
        fix,
    )


def by_arguments() -> list[tuple[Arguments, list[Case]]]:
    groups: dict[tuple[str, ...], list[Case]] = defaultdict(list)
    for case in cases():
        groups[case.header].append(case)
    return [(group[0].arguments, group) for group in groups.values()]


@needs_command
def test_the_command_finds_the_same() -> None:
    count = 0
    for arguments, group in by_arguments():
        said: dict[str, list[Finding]] = defaultdict(list)
        files = [case.file for case in group]
        for line in said_by_command(command_line(arguments), files, "ndjson"):
            members = json.loads(line)
            if "summary" not in members:
                said[members["file"]].append(finding_of_command(members))
        for case in group:
            expected = said[str(case.file.relative_to(CORPUS))]
            # What a rule advises is the library's alone to say with each finding.
            found = [
                dataclasses.replace(finding, advice=None)
                for finding in bodylint.check(case.body, **arguments)
            ]
            assert found == expected, case.file
            count += len(expected)
    assert count > 500


@needs_command
def test_the_command_writes_the_same_lines() -> None:
    for arguments, group in by_arguments():
        lines = []
        for case in group:
            name = case.file.relative_to(CORPUS)
            for finding in bodylint.check(case.body, **arguments):
                colon = ": " if finding.line is None else ":"
                lines.append(f"{name}{colon}{finding}")
        files = [case.file for case in group]
        assert lines == said_by_command(command_line(arguments), files, "compact")


@needs_command
def test_the_command_says_the_same_of_json_and_what_is_none() -> None:
    files = sorted((CORPUS / "json").rglob("*.json"))
    assert len(files) > 900
    said: dict[str, list[Finding]] = defaultdict(list)
    unrecognized: list[str] = []
    for line in said_by_command([], files, "ndjson"):
        members = json.loads(line)
        if "summary" in members:
            unrecognized = members["summary"]["unrecognized"]
        else:
            said[members["file"]].append(finding_of_command(members))
    assert len(unrecognized) > 200
    for file in files:
        name = str(file.relative_to(CORPUS))
        try:
            findings = bodylint.check(file.read_bytes())
        except bodylint.UnrecognizedBody:
            assert name in unrecognized
            assert bodylint.check(file.read_bytes(), skip_unrecognized=True) == []
            continue
        if name in unrecognized:
            # The command passes over such files, whatever there is to say of their text.
            assert {finding.operation for finding in findings} == {None}, name
        else:
            assert findings == said[name], name
