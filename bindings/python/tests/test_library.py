"""Which library is loaded, and what is said of one that cannot be."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import bodylint
from bodylint import _linter
from bodylint._library import FINDINGS

ADVICE = (
    "install the wheel of bodylint that is for this platform, or set BODYLINT_LIBRARY to the path"
    " of a libbodylint.so of the same release"
)

IMPORT = """
import json
try:
    import bodylint
except ImportError as error:
    print(json.dumps([str(error), error.name, error.path]))
"""


def error_of_import(library: str, folder: Path) -> tuple[str, str, str]:
    """The message, name and path of the ImportError that this library leads to."""
    # Run from another folder with the package that is tested here, wherever it lies.
    environment = {
        **os.environ,
        "BODYLINT_LIBRARY": library,
        "PYTHONPATH": str(Path(bodylint.__file__).parents[1]),
    }
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    message, name, path = json.loads(ran.stdout)
    return message, name, path


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    path = str(tmp_path / "libbodylint.so")
    message, name, where = error_of_import(path, tmp_path)
    assert message == f"cannot use the library {path}: there is no such file; {ADVICE}"
    assert (name, where) == ("bodylint", path)


def test_the_path_is_relative_to_the_working_directory(tmp_path: Path) -> None:
    message, _, path = error_of_import("libbodylint.so", tmp_path)
    assert path == str(tmp_path / "libbodylint.so")
    assert "there is no such file" in message


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    path = tmp_path / "libbodylint.so"
    path.write_text("no library", encoding="utf-8")
    message, _, _ = error_of_import(str(path), tmp_path)
    assert message.startswith(f"cannot use the library {path}: it cannot be loaded (")
    assert message.endswith(f"); {ADVICE}")


def compiled(folder: Path, source: str) -> Path:
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        pytest.skip("there is no C compiler to make a library with")
    path = folder / "libbodylint.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-x", "c", "-o", str(path), "-"],
        input=source,
        text=True,
        check=True,
    )
    return path


def test_another_library(tmp_path: Path) -> None:
    path = compiled(tmp_path, "int other(void) { return 1; }")
    message, _, _ = error_of_import(str(path), tmp_path)
    assert message == f"cannot use the library {path}: it is not libbodylint; {ADVICE}"


def test_a_library_of_another_version(tmp_path: Path) -> None:
    path = compiled(tmp_path, "unsigned bodylint_abi_version(void) { return 2; }")
    message, _, _ = error_of_import(str(path), tmp_path)
    assert message == (
        f"cannot use the library {path}: its interface is version 2, and this package needs"
        f" version 1; {ADVICE}"
    )


def test_a_library_without_memory_for_its_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_json(request: object, body: bytes, length: int, out: ctypes.c_void_p) -> int:
        out.value = None
        return FINDINGS

    monkeypatch.setattr(_linter, "check_json", check_json)
    with pytest.raises(MemoryError):
        bodylint.check(b"{}", "Images_CreateOrUpdate")


def test_a_library_without_memory_for_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # NULL, and no text that says why.
    monkeypatch.setattr(_linter, "linter_create", lambda options, error: None)
    with pytest.raises(MemoryError):
        bodylint.Linter()
    monkeypatch.setattr(_linter, "request_create", lambda linter, options, error: None)
    with pytest.raises(MemoryError):
        bodylint.check(b"{}", now="2026-11-20")


@pytest.mark.skipif(sys.platform != "linux", reason="wheels for others say it otherwise")
def test_the_wheel_says_which_glibc_it_needs() -> None:
    try:
        wheel = metadata.distribution("bodylint").read_text("WHEEL") or ""
    except metadata.PackageNotFoundError:
        pytest.skip("the package was not installed from a wheel")
    (tag,) = re.findall(r"^Tag: (.*)$", wheel, re.MULTILINE)
    said = re.fullmatch(rf"py3-none-manylinux_2_(\d+)_{platform.machine()}", tag)
    assert said, tag
    library = (Path(bodylint.__file__).parent / "libbodylint.so").read_bytes()
    needed = max(int(minor) for minor in re.findall(rb"\0GLIBC_2\.(\d+)", library))
    assert int(said[1]) >= needed
