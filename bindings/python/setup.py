"""What pyproject.toml cannot say: the wheel has a library inside, and is for one platform."""

from __future__ import annotations

from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

LIBRARY = Path(__file__).parent / "src/bodylint/libbodylint.so"


class PlatformDistribution(Distribution):
    def has_ext_modules(self) -> bool:
        # There are none, but this is how setuptools is told that the files hang on the platform.
        return True


class PlatformWheel(bdist_wheel):
    def get_tag(self) -> tuple[str, str, str]:
        # The library knows nothing of Python: one wheel is good for all versions.
        _, _, platform = super().get_tag()
        return "py3", "none", platform

    def run(self) -> None:
        if not LIBRARY.is_file():
            raise SystemExit(f"{LIBRARY} is missing: build libbodylint.so and copy it there first")
        super().run()


setup(distclass=PlatformDistribution, cmdclass={"bdist_wheel": PlatformWheel})
