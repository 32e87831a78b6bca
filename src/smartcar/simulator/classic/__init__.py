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
from .door import answer, is_classic, plain

__all__ = [
    "account",
    "answer",
    "changes",
    "commands",
    "compatibility",
    "is_classic",
    "other_makes",
    "plain",
    "reads",
    "tesla",
    "tesla_commands",
]
