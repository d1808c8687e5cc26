"""libbodylint, loaded: the functions of bodylint.h that this package calls, with their types."""

from __future__ import annotations

import ctypes
import os
import weakref
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_uint32, c_void_p

ABI_VERSION = 1

CLEAN = 0
FINDINGS = 1
UNRECOGNIZED = 2

RESPONSE = 1 << 0
COMMENTS = 1 << 1


class LinterOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("rules", c_char_p),
        ("byte_count_max", c_size_t),
        ("depth_max", c_size_t),
    ]


class RequestOptions(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("operation", c_char_p),
        ("api_version", c_char_p),
        ("method", c_char_p),
        ("url", c_char_p),
        ("now", c_char_p),
        ("facts", POINTER(c_char_p)),
        ("fact_count", c_size_t),
        ("flags", c_uint32),
    ]


class Handle(c_void_p):
    """What the library made, or NULL: false then. `free_with` says how it ends."""

    def free_with(self, function: ctypes._NamedFuncPointer) -> None:
        """Has `function` called when this object is no more.

        Not at the end of the process, when daemon threads may be in the library with this very
        handle: the memory goes with the process.
        """
        weakref.finalize(self, function, self.value).atexit = False


def _load() -> ctypes.CDLL:
    given = os.environ.get("BODYLINT_LIBRARY")
    # A bare name would be looked for in the folders of the system.
    path = os.path.abspath(given or os.path.join(os.path.dirname(__file__), "libbodylint.so"))
    if not os.path.exists(path):
        raise _import_error(path, "there is no such file")
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise _import_error(path, f"it cannot be loaded ({error})") from None
    try:
        abi_version = library.bodylint_abi_version
    except AttributeError:
        raise _import_error(path, "it is not libbodylint") from None
    abi_version.argtypes = []
    abi_version.restype = c_uint32
    found = abi_version()
    if found != ABI_VERSION:
        raise _import_error(
            path, f"its interface is version {found}, and this package needs version {ABI_VERSION}"
        )
    return library


def _import_error(path: str, problem: str) -> ImportError:
    return ImportError(
        f"cannot use the library {path}: {problem}; install the wheel of bodylint that is for this"
        " platform, or set BODYLINT_LIBRARY to the path of a libbodylint.so of the same release",
        name="bodylint",
        path=path,
    )


_library = _load()

linter_create = _library.bodylint_linter_create
linter_create.argtypes = [POINTER(LinterOptions), POINTER(c_void_p)]
linter_create.restype = Handle

linter_free = _library.bodylint_linter_free
linter_free.argtypes = [c_void_p]
linter_free.restype = None

request_create = _library.bodylint_request_create
request_create.argtypes = [c_void_p, POINTER(RequestOptions), POINTER(c_void_p)]
request_create.restype = Handle

request_free = _library.bodylint_request_free
request_free.argtypes = [c_void_p]
request_free.restype = None

check_json = _library.bodylint_check_json
check_json.argtypes = [c_void_p, c_char_p, c_size_t, POINTER(c_void_p)]
check_json.restype = c_int

_string_free = _library.bodylint_string_free
_string_free.argtypes = [c_void_p]
_string_free.restype = None


def take_string(address: int | None) -> str:
    """The text that the library gave out at this address, where it is freed."""
    if address is None:
        raise MemoryError("libbodylint had no memory for what it has to say")
    try:
        return ctypes.string_at(address).decode()
    finally:
        _string_free(address)
