"""What a person does on a page: done by the controls, then said."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from smartcar.simulator.faults import BadRule, FaultRule

from .asking import Visitor
from .words import day, effect, time

COMMANDS: Final = {
    "drive": "on its way.",
    "park": "parked.",
    "plug-in": "plugged in.",
    "unplug": "unplugged.",
    "security-lock": "locked.",
    "security-unlock": "unlocked.",
    "sleep": "asleep.",
    "wake": "awake.",
}
"""What the buttons of a car do, and what is said once it is done."""

_WORDS: Final = ("error", "car", "breakage", "body", "latency", "method", "path", "vehicle_id")
_WHOLE: Final = ("times", "nth", "status")


def set_clock(visitor: Visitor) -> Response:
    """Let time run, stand still, or go on: by a step, or to a moment."""
    form, control = visitor.form, visitor.control
    try:
        at = datetime.fromisoformat(form["at"]) if "at" in form else None
        speed = float(form["speed"]) if "speed" in form else 0.0
    except ValueError:
        return visitor.refused("Say how fast: 0 stops time, 1 is real; or a moment in ISO 8601.")
    if at is not None or "by" in form:
        now = (control.advance(form["by"]) if at is None else control.set_clock(at=at)).now
        return visitor.done(f"It is {time(now)} on {day(now)}.")
    control.set_clock(speed=speed)
    return visitor.done(
        "The clock stands still." if not speed else f"Time runs at {speed:g} times as fast."
    )


def command(visitor: Visitor) -> Response:
    """Do something to a car, as somebody at its door would."""
    name = visitor.form.get("name", "")
    car = visitor.control.command(_vehicle_id(visitor), name)
    return visitor.done(f"{car.nickname}: {COMMANDS.get(name, 'done.')}")


def revoke(visitor: Visitor) -> Response:
    """End a consent, as its owner would."""
    visitor.control.revoke(str(visitor.request.path_params["connection_id"]))
    return visitor.done("Revoked: the application can no longer read this car.")


def add_fault(visitor: Visitor) -> Response:
    """Let something go wrong on purpose."""
    said: dict[str, Any] = {name: visitor.form[name] for name in _WORDS if visitor.form.get(name)}
    try:
        for name in _WHOLE:
            if visitor.form.get(name):
                said[name] = int(visitor.form[name])
        if visitor.form.get("probability"):
            said["probability"] = float(visitor.form["probability"])
        rule = FaultRule(**said)
    except BadRule as error:
        return visitor.refused(str(error))
    except ValueError:
        return visitor.refused("How often is a whole number, and a probability one from 0 to 1.")
    visitor.control.add_fault(rule)
    return visitor.done(f"From now on: {effect(rule)}.")


def remove_fault(visitor: Visitor) -> Response:
    """Heed a rule no more."""
    visitor.control.remove_fault(str(visitor.request.path_params["fault_id"]))
    return visitor.done("Removed.")


def set_limits(visitor: Visitor) -> Response:
    """Switch limits on or off; their figures stay."""
    settings = visitor.control.limits().settings
    is_on = visitor.form.get("on") == "yes"
    visitor.control.set_limits(msgspec.structs.replace(settings, is_on=is_on))
    return visitor.done("Requests are limited." if is_on else "Nothing is limited.")


def clear_requests(visitor: Visitor) -> Response:
    """Forget what was asked."""
    visitor.control.clear_requests()
    return visitor.done("Cleared.", to="/requests")


def set_signal(visitor: Visitor) -> Response:
    """Make a signal tell something else, or stay as it is."""
    code, text = visitor.form.get("code", ""), visitor.form.get("value", "").strip()
    is_frozen = visitor.form.get("frozen") == "yes"
    error = visitor.form.get("error", "").strip() or None
    given: dict[str, Any] = {"error": error} if error else {"value": _typed(text)} if text else {}
    visitor.control.set_signal(_vehicle_id(visitor), code, frozen=is_frozen, **given)
    return visitor.done(f"{code} is {'frozen' if is_frozen else 'set'}.")


def release_signal(visitor: Visitor) -> Response:
    """Let a signal tell again what the car says."""
    code = str(visitor.request.path_params["code"])
    visitor.control.release_signal(_vehicle_id(visitor), code)
    return visitor.done(f"{code} tells again what the car says.")


def _typed(text: str) -> Any:
    """What somebody typed, as JSON where it is that."""
    known = {"yes": True, "no": False}
    if text.lower() in known:
        return known[text.lower()]
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _vehicle_id(visitor: Visitor) -> str:
    return str(visitor.request.path_params["vehicle_id"])
