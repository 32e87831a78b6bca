"""What goes wrong on purpose: rules that say which requests meet which fault.

A rule is data (``rule``); what has become of the rules is state (``book``); who adds and removes
them is ``rules``; what a rule does to a request is ``strike``.
"""

from .book import Fault, FaultBook
from .rule import BadRule, FaultRule

__all__ = ["BadRule", "Fault", "FaultBook", "FaultRule"]
