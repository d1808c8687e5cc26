#!/usr/bin/env python3
"""Which branches a processor guesses wrong, a body, without asking the processor: many machines do not tell.

    guesses.py [--bench BINARY] [--mode validate|parse] [--bodies N] FILE...

FILE is what bodylint-bench takes, a body a line; there have to be some hundreds, all different, as a predictor learns a few by
heart. Needs valgrind, objdump and nm, and a C compiler for guesses.c, which says what it does.
"""
import argparse, bisect, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Called once a body.
STARTS = {"validate": r"Checker\w*count\w*sound\w*", "parse": r"DocumentReader\w*read_6limits\w*F"}


def branches(binary, out):
    """Writes the branches of a program; returns its functions by address."""
    functions = []
    lines = subprocess.run(["objdump", "-d", "-w", binary], capture_output=True, text=True, check=True).stdout.splitlines()
    for line in lines:
        if head := re.match(r"([0-9a-f]+) <(.*)>:", line):
            functions.append((int(head[1], 16), head[2]))
        elif code := re.match(r"\s+([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*(?:notrack )?(\S+)\s*(\S*)", line):
            is_conditional = re.match(r"j(?!mp)", code[3])
            if is_conditional or re.match(r"(jmp|call)q?$", code[3]) and code[4].startswith("*"):
                out.write(f"{code[1]} {1 if is_conditional else 2} {len(code[2].split())}\n")
    out.flush()
    return sorted(functions)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bench", default=".build/release/bodylint-bench")
    arguments.add_argument("--mode", choices=STARTS, default="validate")
    arguments.add_argument("--bodies", type=int, default=1000, help="how many are looked at")
    arguments.add_argument("--places", type=int, default=12, help="how many branches are listed")
    arguments.add_argument("files", nargs="+", metavar="FILE")
    given = arguments.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        bench, predictor = f"{folder}/bench", f"{folder}/guesses"
        subprocess.run(["strip", "--strip-debug", "-o", bench, given.bench], check=True)
        subprocess.run(["cc", "-O2", "-o", predictor, f"{HERE}/guesses.c"], check=True)
        symbols = subprocess.run(["nm", bench], capture_output=True, text=True, check=True).stdout
        start = re.search(r"^([0-9a-f]+) T \$s\w*" + STARTS[given.mode] + "$", symbols, re.M)[1]
        with open(f"{folder}/branches", "w") as out:
            functions = branches(bench, out)
        starts = [address for address, _ in functions]
        for path in given.files:
            trace = subprocess.Popen(
                ["valgrind", "--tool=lackey", "--trace-mem=yes", "--basic-counts=no", bench, given.mode, path],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ, ROUNDS="1"))
            found = subprocess.run(
                [predictor, f"{folder}/branches", start, str(given.bodies)], stdin=trace.stderr, capture_output=True, text=True)
            trace.kill()
            trace.wait()
            if found.returncode:
                sys.exit(found.stderr)
            total, *rows = found.stdout.splitlines()
            executed, missed = total.split()
            print(f"{os.path.basename(path)}: {missed} of {executed} branches guessed wrong, a body")
            for row in sorted(rows, key=lambda row: -float(row.split()[0]))[:given.places]:
                missed, executed, address = row.split()
                function = functions[bisect.bisect(starts, int(address, 16)) - 1]
                name = re.sub(r"33_[0-9A-F]{32}LL", "", function[1])
                print(f"  {missed:>6} of {executed:>6}  {name[:90]} + {int(address, 16) - function[0]:#x}")


if __name__ == "__main__":
    main()
