"""How a webhook is set up in a form: its fields, and the signals to tick, by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from smartcar.api.definition import ALL
from smartcar.simulator.control.models import Webhook
from smartcar.simulator.webhooks.checking import PATHS
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind

from .words import sentence

KINDS: Final[tuple[WebhookKind, ...]] = get_args(WebhookKind)
INTERVALS: Final[tuple[Interval, ...]] = get_args(Interval)
UNITS: Final[tuple[UnitSystem, ...]] = get_args(UnitSystem)
KIND_NAMES: Final = {
    "signals": "Signals",
    "schedule": "v2.0: schedule",
    "dynamic": "v2.0: dynamic",
    "eventBased": "v2.0: event-based",
}
YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class Tick:
    """A signal that may be ticked: to be told when it changes, to be told then."""

    code: str
    name: str
    is_trigger: bool
    is_data: bool


@dataclass(frozen=True, slots=True)
class WebhookForm:
    """What a form shows: a webhook as it is or is to be; or what was typed, if it was refused."""

    id: str
    texts: Mapping[str, str]
    """By the names of the fields."""
    auto_subscribe: bool
    groups: tuple[tuple[str, tuple[Tick, ...]], ...]

    @classmethod
    def of(cls, webhook: Webhook | None, typed: Mapping[str, str]) -> WebhookForm:
        """The form of *webhook*, or of a new one, with what was *typed* in it before."""
        is_typed = "callbackUri" in typed
        return cls(
            "" if webhook is None else webhook.id,
            dict(typed) if is_typed else _texts(webhook),
            typed.get("autoSubscribe") == YES
            if is_typed
            else bool(webhook and webhook.auto_subscribe),
            _groups(webhook, typed if is_typed else None),
        )


def read_webhook(form: Mapping[str, str]) -> dict[str, Any]:
    """What a form says, as the controls take it."""
    kind = form.get("kind", "signals")
    said: dict[str, Any] = {
        "name": form.get("name", "").strip(),
        "callback_uri": form.get("callbackUri", "").strip(),
        "auto_subscribe": form.get("autoSubscribe") == YES,
    }
    if kind == "signals":
        return said | {
            "error_callback_uri": form.get("errorCallbackUri", "").strip(),
            "triggers": _ticked(form, "trigger"),
            "data": _ticked(form, "data"),
        }
    said["unit_system"] = form.get("unitSystem", "metric")
    if kind != "eventBased":
        said["paths"] = [path for path in PATHS if form.get(f"path:{path}") == YES]
    if kind == "schedule":
        said["interval"] = form.get("interval", "hourly")
    return said


def _ticked(form: Mapping[str, str], of: str) -> list[str]:
    return [code for code in ALL if form.get(f"{of}:{code}") == YES]


def _texts(webhook: Webhook | None) -> dict[str, str]:
    if webhook is None:
        return {"kind": "signals"}
    return {
        "name": webhook.name,
        "callbackUri": webhook.callback_uri,
        "errorCallbackUri": webhook.error_callback_uri or "",
        "kind": webhook.kind,
        "interval": webhook.interval or "",
        "unitSystem": webhook.unit_system,
        **{f"path:{path}": YES for path in webhook.paths},
    }


def _groups(
    webhook: Webhook | None, typed: Mapping[str, str] | None
) -> tuple[tuple[str, tuple[Tick, ...]], ...]:
    triggers = (
        _ticked(typed, "trigger") if typed is not None else webhook.triggers if webhook else ()
    )
    data = _ticked(typed, "data") if typed is not None else webhook.data if webhook else ()
    found: dict[str, list[Tick]] = {}
    for code, signal in sorted(ALL.items()):
        tick = Tick(code, sentence(signal.name), code in triggers, code in data)
        found.setdefault(sentence(signal.group), []).append(tick)
    return tuple((group, tuple(ticks)) for group, ticks in found.items())
