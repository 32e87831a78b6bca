"""How long codes and tokens are good for, by the simulator's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, TypeAlias

from .lengths import seconds

Duration: TypeAlias = float | str | timedelta
"""Seconds, a timedelta, or text such as ``"3h"`` or ``"1d 2h"``."""

SHORTEST: Final = 1.0
"""Seconds: answers tell the life of a token in whole ones."""
LONGEST: Final = 3650 * 86400.0
"""Seconds: for ever, as far as a program can tell."""


class TokenLives:
    """How long codes and tokens are good for: seconds, a timedelta, or text such as ``"2h"``.

    The defaults are those of Smartcar's pages on exchanging codes and on refreshing tokens.  What
    was given out keeps the life that it was given.

    Args:
        access: An owner's access token.
        refresh: A refresh token that is not used.
        code: The code that Connect sends an owner back with.
        grace: A refresh token that was used, from its first use; 0 ends it at once.  The
            documentation says one minute, and ten on another page: this is the stricter.
        application: The application's own token, on v3.

    Raises:
        ValueError: One is no such duration, shorter than a second (but for *grace*), or longer
            than ten years.
    """

    def __init__(
        self,
        *,
        access: Duration = "2h",
        refresh: Duration = "60d",
        code: Duration = "10min",
        grace: Duration = "1min",
        application: Duration = "1h",
    ) -> None:
        self.access = _checked("access", access)
        self.refresh = _checked("refresh", refresh)
        self.code = _checked("code", code)
        self.grace = _checked("grace", grace, least=0.0)
        self.application = _checked("application", application)


def _checked(name: str, life: Duration, least: float = SHORTEST) -> float:
    """*life* in seconds.

    Raises:
        ValueError: It is none.
    """
    given = seconds(life)
    if not least <= given <= LONGEST:
        msg = f"{name} must last {least:g} s or more, and ten years at most, not {life}"
        raise ValueError(msg)
    return given
