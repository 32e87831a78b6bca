"""What goes wrong on purpose: rules that say which requests meet which fault.

A rule is data (``rule``); what has become of the rules is state (``book``); who adds and removes
them is ``rules``; what a rule does to a request is ``strike``.
"""

from typing import TYPE_CHECKING, Final

from smartcar._lazy import lazily

if TYPE_CHECKING:
    from .book import Fault, FaultBook
    from .rule import BadRule, FaultRule
else:
    _HOMES: Final = {
        ".book": ("Fault", "FaultBook"),
        ".rule": ("BadRule", "FaultRule"),
    }
    __getattr__, __dir__ = lazily(__name__, _HOMES)

__all__ = ["BadRule", "Fault", "FaultBook", "FaultRule"]
