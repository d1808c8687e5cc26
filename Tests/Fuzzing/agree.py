#!/usr/bin/env python3
"""Compares what bodylint reads of JSON texts with what Python's json module reads of them.

    agree.py BODYLINT-FUZZ FOLDER…

Both have to accept the same texts, and to read the same values from them, members in the order of the text.
"""

import json
import pathlib
import subprocess
import sys

BATCH = 500


class Number(str):
    """A number as it is written."""


def refuse(name):
    raise ValueError(f"{name} is not JSON")


def values(text):
    """The line that `bodylint-fuzz values` writes of a text."""
    try:
        # RFC 8259: UTF-8, whose decoder refuses surrogates and overlong forms as bodylint does. A byte order mark may be ignored.
        decoded = text.decode("utf-8")
        decoded = decoded[1:] if decoded.startswith("\ufeff") else decoded
        tree = json.loads(
            decoded, object_pairs_hook=dict_of_pairs, parse_int=Number, parse_float=Number, parse_constant=refuse
        )
        out = []
        write(tree, out)
        return "".join(out)
    except (ValueError, RecursionError) as error:
        return None if isinstance(error, RecursionError) else "reject"


def dict_of_pairs(pairs):
    return ("object", pairs)


def write(value, out):
    if isinstance(value, tuple):
        out.append("{ ")
        for name, member in value[1]:
            out.append(f":{hexadecimal(name)} ")
            write(member, out)
        out.append("} ")
    elif isinstance(value, list):
        out.append("[ ")
        for element in value:
            write(element, out)
        out.append("] ")
    elif isinstance(value, Number):
        out.append(f"{value} ")
    elif isinstance(value, str):
        out.append(f'"{hexadecimal(value)} ')
    else:
        out.append({None: "null ", True: "true ", False: "false "}[value])


def hexadecimal(text):
    # Half a surrogate pair is no text: Python takes it, bodylint does not, and RFC 8259 leaves it open.
    return text.encode("utf-8").hex()


def compare(binary, folders):
    """True where they agree on every file."""
    sys.setrecursionlimit(5_000)
    paths = [path for folder in folders for path in sorted(pathlib.Path(folder).iterdir())]
    accepted = differences = 0
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        run = subprocess.run([binary, "values", *map(str, batch)], capture_output=True, text=True, check=True)
        for path, line in zip(batch, run.stdout.splitlines(), strict=True):
            expected = values(path.read_bytes())
            # Deeper than Python reads.
            if expected is None:
                continue
            accepted += expected != "reject"
            if line != expected:
                differences += 1
                print(f"{path}: bodylint reads {line[:200]!r}, Python's json {expected[:200]!r}")
    print(f"json: {len(paths)} texts, {accepted} of them JSON; Python's json module disagrees on {differences}")
    return differences == 0


if __name__ == "__main__":
    sys.exit(0 if compare(sys.argv[1], sys.argv[2:]) else 1)
