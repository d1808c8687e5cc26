#!/usr/bin/env python3
"""Instructions a body, counted and held against what they may be.

    count.py [--bench BINARY] [--cli BINARY] [--accept]

Runs bodylint-bench under callgrind on the bodies beside this file, twice, with different numbers of rounds: the difference is
what a round takes, whatever else the machine is doing. So are files of faulty bodies, few and many, as the command-line tool
writes what it finds in them. Fails where a count is over the one in instructions.tsv by more than
ALLOWED; --accept writes the counts down instead. The start of the command-line tool is counted as a whole.
"""
import argparse, glob, os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = HERE + "/instructions.tsv"
# Compilers and processors differ by a little; a change that costs more than this has to be meant.
ALLOWED = 0.08
SYSTEMS = ("images", "reimage", "gallery", "cloudpc")
# Modes of bodylint-bench, and the folder of bodies for each.
MODES = {"parse": "bodies", "validate-text": "bodies", "validate": "bodies", "errors": "bodies/faulty"}
FORMATS = ("text", "json")
FEW, MANY = 2, 22


def instructions(command, environment):
    with tempfile.NamedTemporaryFile() as out:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out.name] + command,
            env=dict(os.environ, **environment), capture_output=True, text=True)
        found = re.search(r"Collected : (\d+)", run.stderr)
        if not found:
            sys.exit(f"count.py: valgrind has no count for {' '.join(command)}:\n{run.stderr[-2000:]}")
        return int(found[1])


def reported(command, format, lines, folder):
    """What the command-line tool takes to report on so many records."""
    file = f"{folder}/faulty.ndjson"
    with open(file, "w") as out:
        out.writelines(lines)
    return instructions([command, "--no-config", "--jobs", "1", "--format", format, file], {})


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", default=".build/release/bodylint-bench")
    arguments.add_argument("--cli", default=".build/release/bodylint")
    arguments.add_argument("--accept", action="store_true")
    given = arguments.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("count.py needs valgrind: apt-get install valgrind")
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind cannot read all of the debug information that Swift writes.
        for name, binary in (("bench", given.bench), ("cli", given.cli)):
            subprocess.run(["strip", "--strip-debug", "-o", f"{folder}/{name}", binary], check=True)
        for mode, bodies_folder in MODES.items():
            for system in SYSTEMS:
                file = f"{HERE}/{bodies_folder}/{system}.ndjson"
                bodies = sum(1 for _ in open(file))
                few, many = (
                    instructions([f"{folder}/bench", mode, file], {"ROUNDS": str(rounds)}) for rounds in (FEW, MANY))
                counts[f"{mode} {system}"] = round((many - few) / (MANY - FEW) / bodies)
        faulty = [line for system in SYSTEMS for line in open(f"{HERE}/{MODES['errors']}/{system}.ndjson")]
        for format in FORMATS:
            few, many = (reported(f"{folder}/cli", format, faulty * times, folder) for times in (FEW, MANY))
            counts[f"report {format}"] = round((many - few) / (MANY - FEW) / len(faulty))
        body = f"{folder}/image.json"
        with open(body, "w") as out:
            out.write(open(f"{HERE}/bodies/images.ndjson").readline())
        counts["start"] = instructions([f"{folder}/cli", body], {})
    known = {}
    if os.path.exists(TABLE):
        known = {name: int(count) for name, count in (line.rstrip("\n").split("\t") for line in open(TABLE))}
    if given.accept:
        with open(TABLE, "w") as out:
            out.writelines(f"{name}\t{count}\n" for name, count in counts.items())
    grown = []
    print(f"{'instructions a body':<24}{'now':>12}{'written':>12}{'growth':>9}")
    for name, count in counts.items():
        limit = known.get(name)
        growth = f"{100 * (count / limit - 1):+.1f} %" if limit else "new"
        print(f"{name:<24}{count:>12,}{limit or 0:>12,}{growth:>9}")
        if not given.accept and (limit is None or count > limit * (1 + ALLOWED)):
            grown.append(name)
    if grown:
        sys.exit(f"count.py: over what is written in instructions.tsv by more than {ALLOWED:.0%}: {', '.join(grown)}.\n"
                 "Find out why; if it is meant, write it down with --accept and say so in the commit.")


main()
