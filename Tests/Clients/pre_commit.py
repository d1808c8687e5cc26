#!/usr/bin/env python3
"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit.

    pre_commit.py BODYLINT [--cache FOLDER] [--swift]

Installs pre-commit from PyPI into an environment of its own and runs the hooks in scratch repositories, with BODYLINT as
the bodylint on the path. With --swift the hooks of "language: swift" as well: pre-commit then builds what is committed
here, which takes minutes and needs a Swift toolchain and the libraries of `make deps`.

Exit status 0 as expected, 1 not so, 77 skipped: PyPI cannot be reached, or there is no git.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENT = "pre-commit~=4.0"
REPOSITORY = Path(__file__).resolve().parent.parent.parent
SOURCE = (
    "/subscriptions/5f8a1c3e-7b42-4d19-9e60-2c81d7f04a36/resourceGroups/web-images/providers/Microsoft.Compute"
    "/virtualMachines/web-01"
)


class Skipped(Exception):
    """Why nothing could be tested."""


class Failed(Exception):
    """What was not as expected."""


# Bodies


def image(**properties):
    known = {"hyperVGeneration": "V2", "sourceVirtualMachine": {"id": SOURCE}}
    return {"location": "westeurope", "properties": {**known, **properties}}


def text(body):
    return json.dumps(body, indent=2) + "\n"


GOOD = text(image())
# Two sources: no edit mends that.
BAD = text(image(storageProfile={"osDisk": {"osType": "Linux", "osState": "Generalized", "diskSizeGB": 2048}}))
BAD_RULE = "disk-size-out-of-range"
# A letter case and a read-only property: both are mended safely.
MENDABLE = text(image(hyperVGeneration="v2", provisioningState="Succeeded"))
MENDED = text(image())
# What stands in many repositories and is none of bodylint's business, sound or not.
FOREIGN = {
    "package.json": '{"name": "web", "version": "1.0.0"}\n',
    "tsconfig.json": '{\n  // for the browser\n  "compilerOptions": {"strict": true,},\n}\n',
    "marked.json": '\ufeff{"name": "web"}\n',
    "lines.jsonl": '{"level": "info"}\n{"level": "warn"}\n',
    "empty.json": "",
}


# Running


def run(arguments, seconds=120, **options):
    process = subprocess.Popen(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        **options,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except BaseException:
        # With all that it has started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return subprocess.CompletedProcess(arguments, process.returncode, output)


def environment(cache):
    """The pre-commit of an environment that is made where there is none yet."""
    folder = cache / "environment"
    program = folder / "bin" / "pre-commit"
    if program.exists() and run([program, "--version"]).returncode == 0:
        return program
    shutil.rmtree(folder, ignore_errors=True)
    if run([sys.executable, "-m", "venv", folder]).returncode != 0:
        raise Skipped("this Python cannot make environments; on Debian, python3-venv is missing")
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15"]
    try:
        answer = run([*pip, "--disable-pip-version-check", REQUIREMENT], seconds=240)
    except subprocess.TimeoutExpired:
        raise Skipped("PyPI stopped answering") from None
    if answer.returncode != 0 or not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        raise Skipped("PyPI cannot be reached: " + (answer.stdout.strip().splitlines() or ["pip says nothing"])[-1])
    return program


class Repository:
    """A scratch repository that uses the hooks."""

    def __init__(self, folder, variables):
        self.folder = folder
        self.variables = variables
        folder.mkdir(parents=True)
        self.git("init", "--quiet")

    def git(self, *arguments):
        answer = run(["git", *arguments], cwd=self.folder, env=self.variables)
        if answer.returncode != 0:
            raise Failed(f"git {' '.join(arguments)}:\n{answer.stdout}")
        return answer.stdout.strip()

    def write(self, files):
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        self.git("add", "--all")

    def read(self, name):
        return (self.folder / name).read_bytes().decode()

    def commit(self, message="a change"):
        """As a developer does it: with the hooks, which may refuse."""
        return run(["git", "commit", "--quiet", "--message", message], cwd=self.folder, env=self.variables, seconds=1800)


class Hooks:
    """pre-commit, and the repository of the hooks."""

    def __init__(self, program, source, revision, scratch, variables):
        self.program, self.source, self.revision = program, source, revision
        self.scratch, self.variables = scratch, variables
        self.count = 0

    def repository(self, hook, **options):
        """A new repository in which a hook is installed."""
        self.count += 1
        repository = Repository(self.scratch / f"repository-{self.count}", self.variables)
        hooks = [{"id": hook, **options}]
        # JSON is YAML.
        configuration = {"repos": [{"repo": str(self.source), "rev": self.revision, "hooks": hooks}]}
        repository.write({".pre-commit-config.yaml": text(configuration)})
        answer = run([self.program, "install"], cwd=repository.folder, env=self.variables)
        expect(answer, 0, "pre-commit installed at")
        return repository

    def run(self, repository, *arguments):
        return run([self.program, "run", *arguments], cwd=repository.folder, env=self.variables, seconds=1800)


def expect(answer, status, *texts, without=()):
    fault = None
    if answer.returncode != status:
        fault = f"status {answer.returncode} and not {status}"
    for wanted in texts:
        if wanted not in answer.stdout:
            fault = fault or f"it does not say {wanted!r}"
    for unwanted in without:
        if unwanted in answer.stdout:
            fault = fault or f"it says {unwanted!r}"
    if fault:
        raise Failed(f"{fault}:\n{answer.stdout}")


# Cases

CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function

    return add


@case("a good body is committed")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    repository.write({"requests/good.json": GOOD})
    expect(repository.commit(), 0, "Passed")


@case("a bad body is refused, with its place and its rule")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    repository.write({"requests/good.json": GOOD, "requests/bad.json": BAD})
    expect(repository.commit(), 1, "Failed", "exit code: 1", BAD_RULE, "requests/bad.json:", without=["good.json"])
    repository.write({"requests/bad.json": GOOD})
    expect(repository.commit(), 0, "Passed")


@case("only what is committed is looked at")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    repository.write({"requests/bad.json": BAD})
    repository.git("commit", "--quiet", "--no-verify", "--message", "before bodylint")
    repository.write({"requests/good.json": GOOD})
    expect(repository.commit(), 0, "Passed")
    expect(hooks.run(repository, "--all-files"), 1, BAD_RULE)


@case("JSON that is no body of a known operation is passed over in silence")
def _(hooks):
    repository = hooks.repository("bodylint-system", verbose=True)
    repository.write(FOREIGN)
    expect(hooks.run(repository, "--all-files"), 0, "Passed", without=["not recognized", "cannot tell", "malformed"])
    repository.write({"requests/bad.json": BAD})
    expect(hooks.run(repository, "--all-files"), 1, BAD_RULE, without=["package.json", "tsconfig.json", "marked.json"])


@case("every ending that bodylint knows, and no other")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    line = json.dumps(json.loads(BAD)) + "\n"
    names = ["a.json", "b.jsonc", "c.ndjson", "d.jsonl", "e.JSON"]
    repository.write({name: line for name in names})
    repository.write({"f.txt": line, "g.jsonx": line, "h.json.bak": line})
    answer = hooks.run(repository, "--all-files")
    expect(answer, 1, *[name + ":" for name in names], without=["f.txt", "g.jsonx", "h.json.bak"])


@case("what the configuration excludes is passed over though it is named")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    repository.write({".bodylint.yaml": 'exclude: ["fixtures/**"]\n', "fixtures/bad.json": BAD, "fixtures/bad.ndjson": "{"})
    expect(repository.commit(), 0, "Passed")
    repository.write({"requests/bad.json": BAD})
    expect(repository.commit(), 1, "requests/bad.json:", without=["fixtures/"])


@case("severities, operations and arguments hold")
def _(hooks):
    repository = hooks.repository("bodylint-system", args=["--fail-on", "warning"])
    repository.write({".bodylint.yaml": f"rules: {{{BAD_RULE}: info}}\n", "bad.json": BAD})
    expect(hooks.run(repository, "--files", "bad.json", ".bodylint.yaml"), 1, "image-source-count")
    repository = hooks.repository("bodylint-system")
    operations = 'operations: [{files: "reimage/*.json", operation: VirtualMachines_Reimage}]\n'
    repository.write({".bodylint.yaml": operations, "reimage/a.json": '{"tempDsk": true}\n', "b.json": '{"tempDsk": true}\n'})
    expect(repository.commit(), 1, "reimage/a.json:", "unknown-property", without=["b.json"])


@case("a mistake in the configuration is told, and nothing is committed")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    repository.write({".bodylint.yaml": "rules: {duplicate-lnu: off}\n", "good.json": GOOD})
    expect(repository.commit(), 1, "exit code: 2", ".bodylint.yaml:1:", "duplicate-lun")


@case("names with spaces, quotes and other scripts")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    names = ["with space.json", "it's.json", "обра́з.json", "a;b&c.json"]
    repository.write({name: BAD for name in names})
    expect(repository.commit(), 1, *names)


@case("batches that run at the same time")
def _(hooks):
    repository = hooks.repository("bodylint-system")
    files = {f"requests/{number:03}.json": BAD if number % 7 == 0 else GOOD for number in range(150)}
    repository.write(files)
    answer = hooks.run(repository, "--all-files")
    bad = [name for name, content in files.items() if content == BAD]
    expect(answer, 1, *[name + ":" for name in bad])
    for name, content in files.items():
        if content == GOOD and name in answer.stdout:
            raise Failed(f"{name} is good:\n{answer.stdout}")
    count = answer.stdout.count(f"[{BAD_RULE}]")
    if count != len(bad):
        raise Failed(f"{count} findings of {len(bad)}:\n{answer.stdout}")


@case("--fix mends, fails the first time, and passes the second")
def _(hooks):
    repository = hooks.repository("bodylint-fix", language="system")
    many = {f"requests/{number:02}.json": MENDABLE for number in range(40)}
    repository.write({**many, **FOREIGN, "requests/good.json": GOOD})
    expect(repository.commit(), 1, "Failed", "files were modified by this hook")
    for name in many:
        if json.loads(repository.read(name)) != json.loads(MENDED):
            raise Failed(f"{name} was not mended:\n{repository.read(name)}")
    for name, content in {**FOREIGN, "requests/good.json": GOOD}.items():
        if repository.read(name) != content:
            raise Failed(f"{name} was changed:\n{repository.read(name)}")
    repository.git("add", "--all")
    expect(repository.commit(), 0, "Passed")


@case("--fix reports what it cannot mend, and leaves alone what is excluded")
def _(hooks):
    repository = hooks.repository("bodylint-fix", language="system")
    repository.write({".bodylint.yaml": "exclude: [fixtures/]\n", "fixtures/a.json": MENDABLE, "bad.json": BAD})
    expect(repository.commit(), 1, "exit code: 1", BAD_RULE, without=["files were modified"])
    if repository.read("fixtures/a.json") != MENDABLE:
        raise Failed("fixtures/a.json was changed")


def swift(hooks):
    """The hook as most will use it: pre-commit builds bodylint."""
    repository = hooks.repository("bodylint")
    repository.write({"requests/good.json": GOOD})
    expect(repository.commit(), 0, "Passed")
    repository.write({"requests/bad.json": BAD})
    expect(repository.commit(), 1, BAD_RULE)


# The repository of the hooks


def hook_repository(folder, variables):
    """One that has nothing but the hooks: for "language: system" there is nothing to build."""
    repository = Repository(folder, variables)
    repository.write({".pre-commit-hooks.yaml": (REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")})
    repository.git("commit", "--quiet", "--message", "hooks")
    return repository.git("rev-parse", "HEAD")


def git_variables(scratch, bodylint):
    """An environment in which neither the user's git configuration nor the git that runs the tests is at work."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    programs = scratch / "programs"
    programs.mkdir()
    (programs / "bodylint").symlink_to(bodylint)
    for name in ("AUTHOR", "COMMITTER"):
        variables[f"GIT_{name}_NAME"] = "Test"
        variables[f"GIT_{name}_EMAIL"] = "test@example.com"
    return {
        **variables,
        "PATH": f"{programs}{os.pathsep}{variables.get('PATH', os.defpath)}",
        "PRE_COMMIT_HOME": str(scratch / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
        "PYTHONUTF8": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bodylint", help="the binary")
    parser.add_argument("--cache", type=Path, help="where pre-commit stays for the next run; left out, it does not")
    parser.add_argument("--swift", action="store_true", help="have pre-commit build bodylint as well")
    options = parser.parse_args()
    if sys.version_info < (3, 10):
        raise Skipped("pre-commit needs Python 3.10 or newer")
    if shutil.which("git") is None:
        raise Skipped("there is no git")
    bodylint = Path(options.bodylint).resolve()

    with contextlib.ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="bodylint-hooks-", ignore_cleanup_errors=True)
        scratch = Path(stack.enter_context(temporary))
        os.environ["TMPDIR"] = str(scratch)
        cache = (options.cache or scratch / "cache").resolve()
        cache.mkdir(parents=True, exist_ok=True)
        program = environment(cache)
        print(run([program, "--version"]).stdout.strip())
        variables = git_variables(scratch, bodylint)
        revision = hook_repository(scratch / "hooks", variables)
        hooks = Hooks(program, scratch / "hooks", revision, scratch, variables)
        cases = CASES
        if options.swift:
            head = run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY).stdout.strip()
            # Where Swift's packages come from may be said there.
            own = {name: value for name, value in variables.items() if not name.startswith("GIT_CONFIG")}
            built = Hooks(program, REPOSITORY, head, scratch / "swift", own)
            cases = CASES + [("pre-commit builds bodylint with Swift", lambda _: swift(built))]
        failures = 0
        for title, function in cases:
            try:
                function(hooks)
                print(f"  ok    {title}")
            except Failed as fault:
                failures += 1
                print(f"  FAIL  {title}\n        " + str(fault).replace("\n", "\n        "))
    print(f"\n{failures} not as expected" if failures else "\nall as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    # Ended from outside, it still clears away what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except Skipped as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
