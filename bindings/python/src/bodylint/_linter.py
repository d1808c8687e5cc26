"""Linters, and the one of `bodylint.check`."""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from collections.abc import Mapping
from typing import Callable, Optional

from ._body import Body, encoded
from ._findings import Finding, findings_from_json
from ._library import (
    CLEAN,
    COMMENTS,
    FINDINGS,
    RESPONSE,
    UNRECOGNIZED,
    Handle,
    LinterOptions,
    RequestOptions,
    check_json,
    linter_create,
    linter_free,
    request_create,
    request_free,
    take_string,
)

# What bodylint.h allows.
BYTES_MAX = 2**32 - 2
DEPTH_MAX = 100_000

PREPARED_REQUESTS_MAX = 64

# The arguments of `check` in their order, but for the body and the last.
_RequestArguments = tuple[
    Optional[str],
    Optional[str],
    Optional[tuple[tuple[str, str], ...]],
    Optional[str],
    Optional[str],
    bool,
    bool,
    Optional[str],
]


class RequestError(ValueError):
    """A request that no body can be judged by: there is no such operation, fact or date."""


class RulesError(ValueError):
    """A folder of rules has mistakes: a line for each, with its file, line and column."""


class UnrecognizedBody(ValueError):
    """It cannot be told which operation a body is for, and there is nothing wrong with its JSON."""


class Linter:
    """Rules, compiled: make one, and let all threads use it at once.

    Pickling keeps the arguments only. The rules are read and compiled anew where it is unpickled,
    so a folder has to be there, too, by the same path.
    """

    def __init__(
        self,
        rules: str | os.PathLike[str] | None = None,
        *,
        max_bytes: int | None = None,
        max_depth: int | None = None,
    ) -> None:
        """
        Args:
            rules: a folder of rules of your own, read now and used beside the bundled ones.
            max_bytes: the most bytes a body may have, up to 4 GiB less two; 64 MiB unless given.
                A larger body is a finding.
            max_depth: the most levels of arrays and objects in one another, up to 100,000; 128
                unless given. A deeper body is a finding.

        Raises:
            RulesError: there are mistakes in the folder.
            TypeError: an argument is of a wrong type.
            ValueError: a limit is out of its range; the path is empty, not UTF-8, or has a NUL
                character.
        """
        self._rules = rules
        self._max_bytes = max_bytes
        self._max_depth = max_depth
        self._handle: Handle | None = _compiled(rules, max_bytes, max_depth)
        # Prepared requests, the oldest first. A dictionary that stands here is not written again
        # but replaced: that needs no lock, and so no fork can leave one locked in the child.
        self._requests: dict[_RequestArguments, Handle] = {}

    def check(
        self,
        body: Body,
        operation: str | None = None,
        *,
        api_version: str | None = None,
        facts: Mapping[str, str] | None = None,
        method: str | None = None,
        url: str | None = None,
        response: bool = False,
        comments: bool = False,
        now: str | None = None,
        skip_unrecognized: bool = False,
    ) -> list[Finding]:
        """Checks a body; an empty list says that nothing is wrong with it.

        A body that is not JSON has a finding, and so has one that is too large or too deep. The
        interpreter's lock is released meanwhile.

        Args:
            body: the document. bytes are taken as they are, bytearray and C-contiguous memoryview
                are copied, str is encoded as UTF-8. list, dict and other mappings are written as
                ``json.dumps(body, ensure_ascii=False)`` writes dicts, and places refer to that
                text.
            operation: an operation id, ``Images_CreateOrUpdate``, or a response schema, ``Image``.
                Unless given, the document is asked what it is.
            api_version: ``2024-03-01``, where it is known.
            facts: what the body does not say: ``{"os": "Linux"}``.
            method: ``PUT``, where it is known.
            url: the URL that the body is sent to, absolute or from its path on; it is checked too.
            response: the document is a response.
            comments: the document may have comments and trailing commas.
            now: what rules about the future take for the present, ``2026-11-21`` or with a time as
                ISO 8601 has it; the system's clock unless given.
            skip_unrecognized: nothing is found in a body whose operation cannot be told, instead of
                an error.

        Returns:
            The findings: of the request line first, then in the order of their places.

        Raises:
            RequestError: there is no such operation, fact or date.
            UnrecognizedBody: no operation is given, and it cannot be told from the body.
            TypeError: an argument, or a value in the body, is of a wrong type.
            ValueError: a str has half of a surrogate pair, another argument than the body has a NUL
                character, a memoryview is not C-contiguous, or a mapping or list cannot be written.
            MemoryError: there is none left for the findings.
        """
        arguments = (
            operation,
            api_version,
            None if facts is None else _pairs(facts),
            method,
            url,
            response,
            comments,
            now,
        )
        try:
            request: Handle | None = self._requests[arguments]
        # Not prepared yet, not even hashable, or in a linter that was not made: `_prepare` says so.
        except (KeyError, TypeError, AttributeError):
            request = None
        if request is None:
            request = self._prepare(*arguments)
        if type(body) is bytes:
            length = len(body)
        else:
            body = encoded(body)
            length = bytes.__len__(body)
        try:
            out = _out_pointers.pop()
        except IndexError:
            out = ctypes.c_void_p()
        status = check_json(request, body, length, out)
        json = out.value if status == FINDINGS else None
        _out_pointers.append(out)
        if status == CLEAN:
            return []
        if status == FINDINGS:
            return findings_from_json(take_string(json))
        if status != UNRECOGNIZED:
            raise SystemError(f"bodylint_check_json answered with {status}")
        if skip_unrecognized:
            return []
        raise UnrecognizedBody(
            "cannot tell which operation this body is for; say it with operation=,"
            " or pass skip_unrecognized=True"
        )

    def _prepare(
        self,
        operation: str | None,
        api_version: str | None,
        facts: tuple[tuple[str, str], ...] | None,
        method: str | None,
        url: str | None,
        response: bool,
        comments: bool,
        now: str | None,
    ) -> Handle:
        """A request, made from the arguments and kept for the next body."""
        if not hasattr(self, "_handle"):
            name = type(self).__name__
            raise RuntimeError(f"Linter.__init__() was not called: call it in {name}.__init__()")
        if self._handle is None:
            self._handle = _compiled(None, None, None)
        words = [_utf8("a name or value in facts", word) for pair in facts or () for word in pair]
        options = RequestOptions(
            size=ctypes.sizeof(RequestOptions),
            operation=_optional_utf8("operation", operation),
            api_version=_optional_utf8("api_version", api_version),
            method=_optional_utf8("method", method),
            url=_optional_utf8("url", url),
            now=_optional_utf8("now", now),
            facts=(ctypes.c_char_p * len(words))(*words),
            fact_count=len(words) // 2,
            flags=_flag("response", response, RESPONSE) | _flag("comments", comments, COMMENTS),
        )
        error = ctypes.c_void_p()
        request: Handle = request_create(self._handle, ctypes.byref(options), ctypes.byref(error))
        if not request:
            raise RequestError(take_string(error.value))
        request.free_with(request_free)
        requests = dict(self._requests)
        requests[operation, api_version, facts, method, url, response, comments, now] = request
        if len(requests) > PREPARED_REQUESTS_MAX:
            del requests[next(iter(requests))]
        self._requests = requests
        return request

    def __reduce__(self) -> tuple[Callable[[], Linter], tuple[()]] | str:
        make = functools.partial(
            type(self), self._rules, max_bytes=self._max_bytes, max_depth=self._max_depth
        )
        return make, ()


class _SharedLinter(Linter):
    """The linter of `bodylint.check`: compiled for the first body, and the one of each process."""

    def __init__(self) -> None:
        self._handle = None
        self._requests = {}

    def __reduce__(self) -> str:
        return "_shared_linter"


_shared_linter = _SharedLinter()
check = _shared_linter.check

# Where the library puts the address of its JSON, for any call to use again: making one takes longer
# than this. A call has its own until it is done, for the next may be on another thread, or in a
# signal handler or finalizer that runs between two lines of the first.
_out_pointers: list[ctypes.c_void_p] = []


def _compiled(
    rules: str | os.PathLike[str] | None, max_bytes: int | None, max_depth: int | None
) -> Handle:
    options = LinterOptions(
        size=ctypes.sizeof(LinterOptions),
        rules=_path("rules", rules),
        byte_count_max=_limit("max_bytes", max_bytes, BYTES_MAX),
        depth_max=_limit("max_depth", max_depth, DEPTH_MAX),
    )
    error = ctypes.c_void_p()
    linter: Handle = linter_create(ctypes.byref(options), ctypes.byref(error))
    if not linter:
        raise RulesError(take_string(error.value))
    linter.free_with(linter_free)
    return linter


def _path(name: str, value: str | os.PathLike[str] | None) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"{name} must be str or os.PathLike, not {type(value).__name__}")
    path = os.fspath(value)
    try:
        encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
        text = path if isinstance(path, bytes) else str.encode(path, encoding, errors)
        bytes.decode(text)
    except UnicodeError:
        text = None
    if text is None:
        raise ValueError(f"{name} is a path that is not UTF-8")
    if not text:
        raise ValueError(f"{name} is empty; it takes the path of a folder")
    return _without_nul(name, text)


def _limit(name: str, value: int | None, most: int) -> int:
    """A limit as the library takes it: 0 stands for the usual one."""
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be int, not {type(value).__name__}")
    if not 1 <= value <= most:
        raise ValueError(f"{name} is {value}; it takes 1 to {most}")
    return value


def _pairs(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if not isinstance(facts, Mapping):
        raise TypeError(f"facts must be a mapping of str to str, not {type(facts).__name__}")
    return tuple(facts.items())


def _flag(name: str, value: bool, flag: int) -> int:
    # By value, as the lookup of prepared requests compares: NumPy's booleans are as good.
    if value not in (True, False):
        raise TypeError(f"{name} must be bool, not {type(value).__name__}")
    return flag if value else 0


def _optional_utf8(name: str, value: str | None) -> bytes | None:
    return None if value is None else _utf8(name, value)


def _utf8(name: str, value: str) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    try:
        text = str.encode(value)
    except UnicodeEncodeError:
        text = None
    # Not above: behind that error stands the one that was caught, and it holds the whole text, such
    # as a URL with a signature.
    if text is None:
        raise ValueError(f"{name} has half of a surrogate pair")
    return _without_nul(name, text)


def _without_nul(name: str, text: bytes) -> bytes:
    if b"\0" in text:
        raise ValueError(f"{name} has a NUL character")
    return text
