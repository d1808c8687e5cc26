"""Bodies as bytes, whatever they were given as.

No error repeats any part of a body. That holds for the errors behind an error as well, which
loggers collect: codecs keep the text that they failed at, and `json` notes the names on the way
there. So what is caught here is dropped before anything is raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Union

# A TypedDict is no dict[str, Any] to a type checker, but it is a Mapping[str, Any].
Body = Union[bytes, bytearray, memoryview, str, Mapping[str, Any], list[Any]]


def encoded(body: object) -> bytes:
    """The bytes of a body: a copy where somebody could write to it while the library reads it.

    The methods are called by their classes: those of a subclass may say something else than what is
    in memory.
    """
    if isinstance(body, bytes):
        return body
    if isinstance(body, bytearray):
        return bytes(body if type(body) is bytearray else bytearray.copy(body))
    if isinstance(body, memoryview):
        if not body.c_contiguous:
            raise ValueError("body is a memoryview that is not C-contiguous")
        return body.tobytes()
    if isinstance(body, str):
        return _utf8(body)
    if isinstance(body, (dict, list, Mapping)):
        return _utf8(_json(body))
    raise TypeError(
        "body must be bytes, bytearray, memoryview, str, dict or another mapping, or list, not"
        f" {type(body).__name__}"
    )


def _utf8(text: str) -> bytes:
    try:
        return str.encode(text)
    except UnicodeEncodeError as error:
        index = error.start
    raise ValueError(f"body has half of a surrogate pair, at index {index} of its text")


class _UnsupportedType(TypeError):
    """Its message is the type's name."""


class _UnreadableMapping(Exception):
    """Its message is the type's name."""


def _as_dict(value: object) -> dict[Any, Any]:
    """What `json` does not know by itself: it writes dict, but no other mapping."""
    if not isinstance(value, Mapping):
        raise _UnsupportedType(type(value).__name__)
    try:
        return dict(value)
    except RecursionError:
        raise
    except Exception:
        pass
    raise _UnreadableMapping(type(value).__name__)


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_as_dict)


def _json(body: Mapping[Any, Any] | list[Any]) -> str:
    problem: Exception
    try:
        return _encoder.encode(body)
    except _UnsupportedType as error:
        problem = TypeError(f"body holds a value of type {error}, which JSON does not have")
    except _UnreadableMapping as error:
        problem = ValueError(f"body holds a {error} that cannot be read")
    except TypeError:
        problem = TypeError("body has a key that is not str, int, float, bool or None")
    except RecursionError:
        problem = ValueError("body is nested too deeply to be written as JSON")
    except ValueError:
        problem = ValueError(
            "body cannot be written as JSON: it holds itself, a number that is not finite,"
            " or one of too many digits"
        )
    raise problem
