"""The bodies under corpus/, with how they are judged and what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from bodylint import Finding

REPOSITORY = Path(__file__).resolve().parents[3]
CORPUS = REPOSITORY / "corpus"


class Arguments(TypedDict, total=False):
    """What stands beside a body in a call of `check`."""

    operation: str
    api_version: str
    facts: dict[str, str]
    method: str
    url: str
    response: bool
    now: str


@dataclass(frozen=True)
class Case:
    file: Path
    header: tuple[str, ...]
    expectation: tuple[str, ...]

    @property
    def body(self) -> bytes:
        return self.file.read_bytes()

    @property
    def arguments(self) -> Arguments:
        arguments: Arguments = {}
        for line in self.header:
            name, _, value = line[1:].partition(":")
            name, value = name.strip(), value.strip()
            if name == "operation":
                arguments["operation"] = value
            elif name == "api-version":
                arguments["api_version"] = value
            elif name == "direction":
                arguments["response"] = value == "response"
            elif name == "now":
                arguments["now"] = value
            elif name == "fact":
                fact, _, fact_value = value.partition("=")
                arguments.setdefault("facts", {})[fact] = fact_value
            elif name == "request":
                arguments["method"], _, arguments["url"] = value.partition(" ")
        if "url" in arguments:
            # The URL says which.
            arguments.pop("api_version", None)
        return arguments


def cases() -> list[Case]:
    """All bodies with an expectation beside them."""
    found = []
    for expectation in sorted(CORPUS.rglob("*.expect")):
        lines = expectation.read_text(encoding="utf-8").splitlines()
        header = tuple(line for line in lines if line.startswith("#"))
        found.append(Case(expectation.with_suffix(".json"), header, tuple(lines[len(header) :])))
    return found


def case(name: str) -> Case:
    """The body `name`, such as ``invalid/Images_CreateOrUpdate/arm-template-resource``."""
    return next(case for case in cases() if case.file == CORPUS / f"{name}.json")


def expectation_lines(finding: Finding) -> list[str]:
    """A finding as .expect files write it."""
    place = f"request:{finding.parameter}" if finding.pointer is None else finding.pointer or '""'
    first = f"{finding.severity} {finding.rule} {place}"
    if finding.rule == "missing-property":
        first += f" {finding.property}"
    second = "" if finding.line is None else f"{finding.line}:{finding.column} "
    return [first, f"    {second}{finding.message}"]
