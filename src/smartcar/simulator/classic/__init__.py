"""v2.0: the API that most programs still speak, answered by the same cars as v3.

Importing this registers every answer.
"""

from . import account, changes, commands, compatibility, reads, tesla
from .door import answer, is_classic, plain

__all__ = [
    "account",
    "answer",
    "changes",
    "commands",
    "compatibility",
    "is_classic",
    "plain",
    "reads",
    "tesla",
]
