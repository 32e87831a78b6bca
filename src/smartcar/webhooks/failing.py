"""What becomes of a car that could not be read: it is asked again later, or given up.

Nothing here does I/O.
"""

from __future__ import annotations

from typing import Final

from smartcar.errors import AuthenticationError, BillingError, NotNowError, SmartcarError

from .rereads import End, Reread

MOST_TRIES: Final = 8
"""How often a car is asked that fails for a while: some four hours long."""
FIRST_PAUSE: Final = 60.0
"""Seconds until a car is asked again; then four times as many, and so on."""
LONGEST_PAUSE: Final = 3600.0
"""Seconds."""
_OF_ONE_CAR: Final = frozenset({"VEHICLE_REQUEST_LIMIT", "VEHICLE_LIMIT"})


def end_of(due: Reread, error: SmartcarError, now: float) -> End:
    """What becomes of a car that answered with *error*."""
    is_passing = error.is_retryable or isinstance(error, NotNowError)
    if not is_passing or due.tries + 1 >= MOST_TRIES:
        return End(due, "failed", str(error))
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 4.0**due.tries)
    pause = max(pause, error.retry_after or 0.0)
    return End(due, "due", str(error), now + pause)


def is_of_all(error: SmartcarError) -> bool:
    """Would every car be refused?"""
    if isinstance(error, BillingError):
        return error.code not in _OF_ONE_CAR
    return isinstance(error, AuthenticationError)
