"""Checks JSON request bodies against what the documents of a service say it accepts::

    import bodylint

    for finding in bodylint.check(b'{"location": "westus"}', "Images_CreateOrUpdate"):
        print(finding)

One linter serves all callers; a `Linter` of your own has other limits, or rules of your own. Calls
may come from any number of threads at once. A process may fork at any time, also while other
threads check.
"""

from ._body import Body
from ._findings import Edit, Finding, Fix, Related, Severity, Source
from ._linter import Linter, RequestError, RulesError, UnrecognizedBody, check

__all__ = [
    "Body",
    "Edit",
    "Finding",
    "Fix",
    "Linter",
    "Related",
    "RequestError",
    "RulesError",
    "Severity",
    "Source",
    "UnrecognizedBody",
    "check",
]
