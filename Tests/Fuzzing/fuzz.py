#!/usr/bin/env python3
"""Fuzzes each target in turn, beginning with what the repository has, and says what broke.

    fuzz.py --fuzzer BINARY --replay BINARY --work FOLDER [--seconds N] [TARGET…]

The targets are json, rules, configuration and requests. What libFuzzer finds interesting stays in FOLDER/TARGET, so that the
next run goes on from there; what breaks something is written to FOLDER/TARGET-crash-…. An input that was mended belongs
into Tests/Fuzzing/regressions/TARGET, where every run of the tests gives it to the target again.

After the json target, all that was found for it is also read by Python's json module: it has to accept and reject the same
texts, and read the same values (agree.py).
"""

import argparse
import os
import pathlib
import subprocess
import sys

import agree

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
TARGETS = ["json", "rules", "configuration", "requests"]

# Of the index that the last byte of an input for requests is: RequestsTarget.swift.
FORMS = {"json": 0, "jsonc": 1, "http": 2, "har": 3}
UNSAFE = 4
OPERATION = 8

# libFuzzer's, in the order of its manual. Inputs are small so that many are run; the limits of size have tests of their own.
OPTIONS = ["-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1", "-verbosity=1"]
MAX_LENGTH = {"json": 4096, "rules": 8192, "configuration": 4096, "requests": 6144}


def seeds(target):
    """Inputs to begin with, from the corpus and the rules."""
    corpus = [path for path in sorted(ROOT.glob("corpus/*/*/*")) if path.is_file() and path.suffix != ".expect"]
    if target == "json":
        for path in sorted(ROOT.glob("corpus/json/*/*")) + corpus:
            yield path.read_bytes()
    elif target == "rules":
        for path in sorted(ROOT.glob("rules/**/*.yaml")):
            yield path.read_bytes()
    elif target == "configuration":
        readme = (ROOT / "README.md").read_text()
        for block in readme.split("```")[1::2]:
            kind, _, text = block.partition("\n")
            if kind in ("yaml", "jsonc", "json"):
                yield text.encode()
        yield b'{"version": 1, "findings": [\n{"file": "a.json", "rule": "duplicate-lun", "pointer": "/a", "count": 1}\n]}\n'
        for path in sorted(ROOT.glob("Tests/CommandTests/Scenarios/**/*.yaml")):
            yield path.read_bytes()
    else:
        for number, path in enumerate(corpus):
            form = FORMS.get(path.suffix.lstrip("."), 0)
            for operation in (0, number % 10):
                yield path.read_bytes() + bytes([form | (number % 2 * UNSAFE) | operation * OPERATION])


def fuzz(target, arguments):
    """Runs libFuzzer on a target; True where nothing broke."""
    found = arguments.work / target
    begin = arguments.work / f"{target}-seeds"
    for folder in (found, begin):
        folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(seeds(target)):
        if len(text) <= MAX_LENGTH[target]:
            (begin / f"{number:05}").write_bytes(text)
    regressions = HERE / "regressions" / target
    command = [
        arguments.fuzzer,
        *OPTIONS,
        f"-max_len={MAX_LENGTH[target]}",
        f"-max_total_time={arguments.seconds}",
        f"-dict={HERE / 'dictionaries' / (target + '.dict')}",
        f"-artifact_prefix={arguments.work}/{target}-",
        str(found),
        str(begin),
    ] + ([str(regressions)] if regressions.is_dir() else [])
    print(f"== {target}: {arguments.seconds} seconds", flush=True)
    log = arguments.work / f"{target}.log"
    with log.open("wb") as out:
        # Leaks are looked for in the test of the C interface; looking here costs half the runs.
        environment = dict(os.environ, TARGET=target, ASAN_OPTIONS="detect_leaks=0", SWIFT_BACKTRACE="enable=no")
        status = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, env=environment).returncode
    lines = log.read_text(errors="replace").splitlines()
    if status != 0:
        reasons = [line for line in lines if "Fatal error" in line or "ERROR" in line or "Test unit written" in line]
        print("\n".join(reasons[-4:] or lines[-20:]))
        print(f"{target}: something broke; the whole story is in {log}")
        return False
    runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
    print(f"{target}: {runs} runs, {len(list(found.iterdir()))} inputs kept, nothing broke")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all, unless said")
    parser.add_argument("--fuzzer", required=True, help="bodylint-fuzz as make fuzz builds it")
    parser.add_argument("--replay", required=True, help="bodylint-fuzz as everything else is built")
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    arguments = parser.parse_args()
    targets = arguments.targets or TARGETS
    for unknown in set(targets) - set(TARGETS):
        parser.error(f"there is no target {unknown!r}; there are {', '.join(TARGETS)}")
    arguments.work.mkdir(parents=True, exist_ok=True)
    sound = [fuzz(target, arguments) for target in targets]
    if "json" in targets:
        folders = [arguments.work / "json", arguments.work / "json-seeds"]
        sound.append(agree.compare(arguments.replay, folders))
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
