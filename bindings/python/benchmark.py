"""What a call costs, beside jsonschema-rs.

    python benchmark.py SCHEMA [--bodies FILE] [--operation ID] [--rounds N] [--calls N]

Each body, a line of FILE, is checked by all in turn, round after round, first as it is and then
with two faults: its first and its last value that is no object or array become an empty array.
Shown are the medians of the rounds in processor time, and of each one's ratio to bodylint in the
same round.

bodylint reads and judges bytes. jsonschema-rs takes Python objects: for the rows with `json.loads`
they are made each time, for the others they are there already, and reading is not counted.
`is_valid` says yes or no, and stops at the first fault; `iter_errors` lists all, as bodylint does,
without lines and columns, the documented sentence, what to do about it and the mending edits.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
import timeit
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Callable, Protocol

import bodylint


class Validator(Protocol):
    """What is called of a validator of jsonschema-rs."""

    def is_valid(self, instance: object) -> bool: ...

    def iter_errors(self, instance: object) -> Iterable[object]: ...


BODIES = Path(__file__).parents[2] / "Benchmarks/bodies/images.ndjson"


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("schema", type=Path, help="a JSON Schema of the operation's bodies")
    arguments.add_argument("--bodies", type=Path, default=BODIES)
    arguments.add_argument("--operation", default="Images_CreateOrUpdate")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--calls", type=int, default=5000, help="of each, in a round")
    given = arguments.parse_args()
    if not given.schema.is_file():
        sys.exit(
            f"benchmark.py: there is no schema at {given.schema}; give the path of a JSON Schema"
            f" that takes the bodies of {given.operation}"
        )
    try:
        import jsonschema_rs
    except ImportError:
        sys.exit("benchmark.py: jsonschema-rs is missing: pip install jsonschema-rs")

    validator: Validator = jsonschema_rs.validator_for(json.loads(given.schema.read_bytes()))
    print(f"Python {platform.python_version()}; medians of {given.rounds} rounds")
    for number, body in enumerate(given.bodies.read_bytes().splitlines(), start=1):
        for kind, text in (("as it is", body), ("with two faults", with_faults(body))):
            instance = json.loads(text)
            found = len(bodylint.check(text, given.operation))
            errors = len(all_errors(validator, instance))
            print(
                f"\nBody {number} {kind}: {len(text)} bytes, {found} findings of bodylint,"
                f" {errors} errors of the schema\n"
            )
            contestants: dict[str, Callable[[], object]] = {
                "bodylint.check of bytes": partial(bodylint.check, text, operation=given.operation),
                "jsonschema-rs, json.loads and is_valid": partial(is_valid_text, validator, text),
                "jsonschema-rs, is_valid": partial(validator.is_valid, instance),
                "jsonschema-rs, json.loads and iter_errors": partial(
                    all_errors_of_text, validator, text
                ),
                "jsonschema-rs, iter_errors": partial(all_errors, validator, instance),
            }
            print("| | µs a call | times bodylint |\n|---|---:|---:|")
            for name, (seconds, ratio) in medians(contestants, given.rounds, given.calls).items():
                print(f"| {name} | {seconds * 1e6:.2f} | {ratio:.2f} |")


def with_faults(body: bytes) -> bytes:
    """The body with an empty array for the first and for the last of its `leaves`."""
    instance = json.loads(body)
    places = list(leaves(instance))
    if not places:
        sys.exit("benchmark.py: a body without values cannot be given faults")
    for container, key in (places[0], places[-1]):
        container[key] = []
    return json.dumps(instance, ensure_ascii=False, separators=(",", ":")).encode()


def leaves(container: Any) -> Iterable[tuple[Any, Any]]:
    """The values that are neither objects nor arrays: what they are in, and by which key."""
    members = container.items() if isinstance(container, dict) else enumerate(container)
    for key, value in members:
        if isinstance(value, (dict, list)):
            yield from leaves(value)
        else:
            yield container, key


def is_valid_text(validator: Validator, body: bytes) -> bool:
    return validator.is_valid(json.loads(body))


def all_errors(validator: Validator, instance: object) -> list[object]:
    return list(validator.iter_errors(instance))


def all_errors_of_text(validator: Validator, body: bytes) -> list[object]:
    return all_errors(validator, json.loads(body))


def medians(
    contestants: dict[str, Callable[[], object]], rounds: int, calls: int
) -> dict[str, tuple[float, float]]:
    """The seconds that a call takes, and their ratio to those of the first contestant."""
    timers = {
        name: timeit.Timer(call, timer=time.process_time) for name, call in contestants.items()
    }
    taken: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(rounds):
        for name, timer in timers.items():
            taken[name].append(timer.timeit(calls) / calls)
    first = next(iter(taken.values()))
    return {
        name: (
            statistics.median(seconds),
            statistics.median(one / other for one, other in zip(seconds, first)),
        )
        for name, seconds in taken.items()
    }


if __name__ == "__main__":
    main()
