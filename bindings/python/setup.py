"""What pyproject.toml cannot say: the wheel has a library inside, and is for one platform."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

LIBRARY = Path(__file__).parent / "src/bodylint/libbodylint.so"

# What every Linux with glibc has: the C library, and that of C++ with GCC's beside it.
SYSTEM_LIBRARIES = re.compile(
    r"(libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+|ld-linux[-\w]*)\.so\.\d+"
)

# The newest symbols of C++ and GCC that systems with this minor version of glibc 2 have, by the
# policies of auditwheel.
POLICIES = {
    17: {"GLIBCXX": "3.4.19", "CXXABI": "1.3.7", "GCC": "4.7.0"},
    28: {"GLIBCXX": "3.4.24", "CXXABI": "1.3.11", "GCC": "7.0.0"},
    31: {"GLIBCXX": "3.4.28", "CXXABI": "1.3.12", "GCC": "7.0.0"},
    34: {"GLIBCXX": "3.4.29", "CXXABI": "1.3.13", "GCC": "7.0.0"},
    35: {"GLIBCXX": "3.4.30", "CXXABI": "1.3.13", "GCC": "11.0"},
    39: {"GLIBCXX": "3.4.33", "CXXABI": "1.3.15", "GCC": "14.0.0"},
}


class PlatformDistribution(Distribution):
    def has_ext_modules(self) -> bool:
        # There are none, but this is how setuptools is told that the files hang on the platform.
        return True


class PlatformWheel(bdist_wheel):
    def get_tag(self) -> tuple[str, str, str]:
        # The library knows nothing of Python: one wheel is good for all versions.
        _, _, platform = super().get_tag()
        system, _, machine = platform.partition("_")
        # Package indexes refuse wheels that only say "linux", for Linuxes differ.
        minor = glibc_minor() if system == "linux" else None
        return "py3", "none", platform if minor is None else f"manylinux_2_{minor}_{machine}"

    def run(self) -> None:
        if not LIBRARY.is_file():
            raise SystemExit(f"{LIBRARY} is missing: build libbodylint.so and copy it there first")
        super().run()


def glibc_minor() -> int | None:
    """The first glibc 2 whose systems have all that the library needs; None if that is unknown."""
    try:
        headers = subprocess.run(
            ["objdump", "--private-headers", LIBRARY],
            env={**os.environ, "LC_ALL": "C"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    libraries = re.findall(r"^ *NEEDED +(\S+)$", headers, re.MULTILINE)
    if not libraries or not all(SYSTEM_LIBRARIES.fullmatch(name) for name in libraries):
        return None
    minor = min(POLICIES)
    # "    0x069691b5 0x00 28 GLIBC_2.35"
    for name in re.findall(r"^ +0x\w+ 0x\w+ \w+ (\S+)$", headers, re.MULTILINE):
        kind, _, version = name.partition("_")
        if not re.fullmatch(r"[\d.]+", version):
            return None
        if kind == "GLIBC":
            minor = max(minor, numbers(version)[1])
            continue
        fitting = [
            policy
            for policy, newest in POLICIES.items()
            if kind in newest and numbers(version) <= numbers(newest[kind])
        ]
        if not fitting:
            return None
        minor = max(minor, min(fitting))
    return minor


def numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


if __name__ == "__main__":
    setup(distclass=PlatformDistribution, cmdclass={"bdist_wheel": PlatformWheel})
