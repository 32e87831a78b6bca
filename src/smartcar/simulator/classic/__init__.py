"""v2.0: the API that most programs still speak, answered by the same cars as v3.

Importing this registers every answer.
"""

from . import (
    account,
    changes,
    commands,
    compatibility,
    other_makes,
    reads,
    tesla,
    tesla_commands,
)
from .door import answer, is_classic, plain, refuse
from .visit import no_fate

__all__ = [
    "account",
    "answer",
    "changes",
    "commands",
    "compatibility",
    "is_classic",
    "no_fate",
    "other_makes",
    "plain",
    "reads",
    "refuse",
    "tesla",
    "tesla_commands",
]
