"""A fault as somebody asks for it: which requests it meets, and what it does to them.

Nothing here knows a world: a rule is checked by itself, and the same rule can be added anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from smartcar.simulator.clock import LAST_DAY
from smartcar.simulator.lengths import seconds

from .names import find_error, nearest_errors

Api: TypeAlias = Literal["v3", "v2", "v1", "token", "connect"]
"""Which of the real hosts and versions a request is for."""
Breakage: TypeAlias = Literal["reset", "truncate", "slow"]
"""What becomes of a reply on its way."""
Body: TypeAlias = Literal["html", "mislabelled", "text", "empty", "null", "array", "portal", "cut"]
"""What comes in place of the reply's own body."""
RetryAfter: TypeAlias = Literal["right", "wrong", "missing", "date", "nonsense"]
"""What ``Retry-After`` says."""
TokenFate: TypeAlias = Literal["expired", "revoked"]
CarFate: TypeAlias = Literal["asleep", "offline", "out_of_plan"]
Consent: TypeAlias = Literal["revoked"]

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
APIS: Final[tuple[Api, ...]] = get_args(Api)
LONGEST: Final = 86400.0
"""Seconds: nobody waits longer than a day for a reply."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "method": METHODS,
    "api": APIS,
    "breakage": get_args(Breakage),
    "body": get_args(Body),
    "token": get_args(TokenFate),
    "car": get_args(CarFate),
    "consent": get_args(Consent),
}
_ANSWERS: Final = ("error", "token", "car", "consent", "status")
"""Effects that say what is answered: one of them at most."""
_EFFECTS: Final = (*_ANSWERS, "body", "breakage", "latency", "retry_after")
_COUNTED: Final = ("nth", "first", "every")


class BadRule(ValueError):  # noqa: N818 -- it reads as what it is
    """A rule that cannot be meant.  ``field`` is the one to mend, as JSON names it."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(f"{camel(field)}: {told}")
        self.field = camel(field)


class FaultRule(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """Which requests meet a fault, and which.

    A request must match everything that is said; what is not said matches all.  At least one
    effect is needed.  A latency and a breakage can come on top of any answer.

    Raises:
        BadRule: It cannot be meant; the message names the field and what is allowed there.
    """

    # Which requests
    method: str | None = None
    """GET, POST, PUT, PATCH or DELETE."""
    path: str | None = None
    """Such as ``/v3/vehicles/*/signals``: ``*`` is any text, slashes too; ``?`` one character.
    The item of a batch matches by the path that it would have alone."""
    vehicle_id: str | None = None
    """Only about this car."""
    owner: str | None = None
    """Only on behalf of this owner, or about a car of theirs: an e-mail, or a user id."""
    api: Api | None = None
    """v3, v2 (2.0), v1 (1.0), token (both token endpoints) or connect (its pages)."""
    nth: int | None = None
    """Only the nth request that matches, counted from when the rule was added."""
    first: int | None = None
    """Only the first so many of them."""
    every: int | None = None
    """Only every so manieth of them: 3 is the third, the sixth, …"""
    probability: float | None = None
    """More than 0, to 1: how likely each is to be met.  Which ones is up to the seed."""
    after: float | str | None = None
    """Not before: virtual Unix seconds, ISO 8601, or a length of time from when it was added, such
    as ``10min``."""
    until: float | str | None = None
    """No longer than: likewise."""
    times: int | None = None
    """So often at most; then the rule is spent."""

    # What is answered: one of these
    error: str | None = None
    """``TYPE:CODE`` (or ``TYPE``) in the words of the version that was asked; or an error of the
    token endpoint, such as ``invalid_grant``; or one of Connect, such as ``access_denied``."""
    status: int | None = None
    """A bare HTTP status, as of a gateway: 200 to 599, with *body* or none."""
    token: TokenFate | None = None
    """``expired``: the token that was shown dies (at the token endpoint, the code or refresh
    token).  ``revoked``: so do all tokens of its holder."""
    car: CarFate | None = None
    """The car does not answer: asleep, offline, or out of the application's plan."""
    consent: Consent | None = None
    """``revoked``: the owner has disconnected the car, for good."""

    # What becomes of the answer
    body: Body | None = None
    """html: a gateway's page; mislabelled: the same, called JSON; text; empty; null; array: JSON of
    another kind; portal: JSON with no known field; cut: JSON that ends too soon."""
    breakage: Breakage | None = None
    """reset: the connection is reset; truncate: the body ends half-way; slow: it trickles in."""
    latency: float | str | None = None
    """Virtual seconds before the reply, a length of time such as ``5s``, or ``realistic``: 3 to
    45 s.  With ``slow``, how long the body takes (30 s unless said)."""
    retry_after: RetryAfter | int | None = None
    """With *error* or *status*: right (whole seconds), wrong (epoch milliseconds, as some SDKs
    read it), missing, date (an HTTP date), nonsense (words), or the very seconds."""
    carried_out: bool | None = None
    """Does the request take effect all the same?  Unless said: yes where only the way back is
    broken (breakage, body, latency), no where an answer is given in its place."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _check_choices(self)
        _check_numbers(self)
        _check_times(self)
        _check_error(self)
        _check_effects(self)

    @property
    def answers(self) -> bool:
        """Does it say what is answered?"""
        return any(getattr(self, name) is not None for name in _ANSWERS)

    @property
    def is_carried_out(self) -> bool:
        """Does the request take effect?"""
        if self.carried_out is not None:
            return self.carried_out
        return self.error is None and self.status is None


def camel(name: str) -> str:
    """*name* as JSON has it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def moment(when: float | str, added_at: float) -> float:
    """*when* as virtual Unix seconds; a length of time ends with the calendar at the latest.

    Raises:
        ValueError: It is neither a time from 1970 to the year 9999 nor a length of time.
    """
    if isinstance(when, str):
        try:
            said = datetime.fromisoformat(when)
        except ValueError:
            return min(added_at + _checked(seconds(when), when), LAST_DAY)
        if said.tzinfo is None:
            msg = f"{when!r} does not say its zone: end it with Z or +00:00"
            raise ValueError(msg)
        return _checked(said.timestamp(), when)
    return _checked(float(when), when)


def _checked(at: float, when: float | str) -> float:
    if not 0 <= at <= LAST_DAY:
        msg = f"{when!r} is out of the calendar, which goes from 1970 to the year 9999"
        raise ValueError(msg)
    return at


def nearest(word: str, known: Iterable[str]) -> str:
    """What is allowed, the nearest to *word* first."""
    options = list(known)
    close = get_close_matches(word, options, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"it is one of {', '.join(options)}"


def _check_choices(rule: FaultRule) -> None:
    for name, allowed in _CHOICES.items():
        value = getattr(rule, name)
        if value is not None and value not in allowed:
            raise BadRule(name, f"there is no {value!r}; {nearest(str(value), allowed)}")
    if rule.path is not None and not rule.path.startswith(("/", "*")):
        raise BadRule("path", f"{rule.path!r} must begin with / or *, as in /v3/vehicles/*")
    for name in ("vehicle_id", "owner"):
        if getattr(rule, name) == "":
            raise BadRule(name, "is empty; leave it out to match all")


def _check_numbers(rule: FaultRule) -> None:
    for name in (*_COUNTED, "times"):
        value = getattr(rule, name)
        if value is not None and (type(value) is not int or value < 1):
            raise BadRule(name, f"must be a whole number, 1 or more, not {value!r}")
    if sum(getattr(rule, name) is not None for name in _COUNTED) > 1:
        raise BadRule("nth", "only one of nth, first and every can be said")
    chance = rule.probability
    if chance is not None and not 0 < chance <= 1:
        raise BadRule("probability", f"must be more than 0 and at most 1, not {chance!r}")
    status = rule.status
    if status is not None and (type(status) is not int or not 200 <= status <= 599):
        raise BadRule("status", f"must be an HTTP status from 200 to 599, not {status!r}")


def _check_times(rule: FaultRule) -> None:
    for name in ("after", "until"):
        value = getattr(rule, name)
        if value is not None:
            _check(name, partial(moment, value, 0.0))
    latency = rule.latency
    if latency is not None and latency != "realistic":
        length = _check("latency", partial(seconds, latency))
        if length > LONGEST:
            raise BadRule("latency", "must be a day at most")


def _check(name: str, read: Callable[[], float]) -> float:
    try:
        return read()
    except (TypeError, ValueError, OverflowError) as error:
        raise BadRule(name, str(error)) from error


def _check_error(rule: FaultRule) -> None:
    if rule.error is None:
        return
    named = find_error(rule.error)
    if named is None:
        close = " or ".join(nearest_errors(rule.error))
        raise BadRule("error", f"there is no {rule.error!r}; did you mean {close}?")
    if rule.api is not None and rule.api not in named.apis:
        raise BadRule(
            "error", f"{rule.error} is an error of {', '.join(named.apis)}, not of {rule.api}"
        )


def _check_effects(rule: FaultRule) -> None:
    given = [name for name in _EFFECTS if getattr(rule, name) is not None]
    if not given:
        raise BadRule("error", f"a rule needs an effect: one of {', '.join(map(camel, _EFFECTS))}")
    answers = [name for name in given if name in _ANSWERS]
    if len(answers) > 1:
        told = f"{' and '.join(answers)} cannot both be answered; use a rule for each"
        raise BadRule(answers[1], told)
    if rule.retry_after is not None:
        _check_retry_after(rule)
    _check_carried_out(rule)


def _check_carried_out(rule: FaultRule) -> None:
    is_instead = rule.error is not None or rule.status is not None
    if rule.carried_out is False and not is_instead and rule.breakage != "reset":
        raise BadRule("carried_out", "false needs an error, a status or a reset in its place")
    if rule.carried_out is True and rule.answers and not is_instead:
        raise BadRule("carried_out", "what a token, car or consent is worth decides that itself")


def _check_retry_after(rule: FaultRule) -> None:
    value, allowed = rule.retry_after, get_args(RetryAfter)
    if rule.error is None and rule.status is None:
        raise BadRule("retry_after", "needs an error or a status that it comes with")
    if isinstance(value, str) and value not in allowed:
        raise BadRule(
            "retry_after", f"there is no {value!r}; {nearest(value, allowed)}, or seconds"
        )
    if not isinstance(value, str) and (type(value) is not int or value < 0):
        raise BadRule("retry_after", f"must be a word or whole seconds, not {value!r}")
