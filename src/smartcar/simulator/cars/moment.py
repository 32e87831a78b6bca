"""A command, and a car at the moment of it: what every command is decided from."""

from __future__ import annotations

import msgspec

from .activity import Body, Charge, Drive
from .settings import Climate, Settings
from .spec import Spec
from .timeline import Phase, charge_ended, standing
from .weather import outside_c


class Command(msgspec.Struct, frozen=True):
    """Something asked of a car at a moment (unix seconds)."""

    at: float
    name: str
    arguments: dict[str, object] = {}


class Refused(Exception):  # noqa: N818 - it is the car's answer, not a fault
    """The car will not do it; *type* and *code* say why in Smartcar's words."""

    def __init__(self, type: str, code: str) -> None:  # noqa: A002 - the API's own word
        super().__init__(f"The car refused ({type}:{code}); change its state first.")
        self.type = type
        self.code = code


def refused_now(code: str) -> Refused:
    """Its state is against it."""
    return Refused("VEHICLE_STATE", code)


class Moment(msgspec.Struct, frozen=True):
    """A car at the moment of a command."""

    spec: Spec
    phase: Phase
    at: float
    body: Body
    arguments: dict[str, object]

    @property
    def settings(self) -> Settings:
        """As they are, but wide awake."""
        return msgspec.structs.replace(self.phase.settings, stirred_at=self.at)

    @property
    def is_driving(self) -> bool:
        """Whether it is on the way."""
        return isinstance(self.phase.activity, Drive)

    @property
    def is_charging(self) -> bool:
        """Whether energy flows."""
        return isinstance(self.phase.activity, Charge)

    def go_on(self, **changes: object) -> Phase:
        """The same activity under changed settings."""
        settings = msgspec.structs.replace(self.settings, **changes)
        return msgspec.structs.replace(self.phase, start=self.at, settings=settings)

    def reconsider(self, body: Body | None = None, **changes: object) -> Phase:
        """Settings have changed that bear on charging: a standing car thinks again."""
        if self.is_driving:
            return self.go_on(**changes)
        settings = msgspec.structs.replace(self.settings, **changes)
        now = charge_ended(self.body if body is None else body, self.at)
        return standing(self.spec, self.at, now, settings)

    def acclimatise(self, climate: Climate) -> Phase:
        """The same activity under another climate, from now on."""
        if self.is_driving:
            # A cabin that nobody heats or cools on the way takes the weather of that moment.
            is_on, idle = climate.is_on is not False, outside_c(self.spec.city, self.at)
        else:
            is_on, idle = climate.is_on is True, None
        base = msgspec.structs.replace(
            self.phase.activity.base,
            cabin_c=self.body.cabin_c,
            cabin_since=self.at,
            cabin_goal=climate.target_c if is_on else idle,
        )
        activity = msgspec.structs.replace(self.phase.activity, base=base)
        settings = msgspec.structs.replace(self.settings, climate=climate)
        return msgspec.structs.replace(
            self.phase, start=self.at, activity=activity, settings=settings
        )

    def word(self, name: str, *choices: str) -> str:
        """An argument that must be one of *choices*."""
        said = self.arguments.get(name)
        if said not in choices:
            raise ValueError(f"This command needs {name!r}, one of {choices}.")
        return str(said)

    def number(self, name: str) -> float:
        """An argument that must be a number."""
        try:
            return msgspec.convert(self.arguments.get(name), float)
        except msgspec.ValidationError as error:
            raise ValueError(f"This command needs a number called {name!r}.") from error

    def require_plug_in(self) -> None:
        """Only cars with a charging port."""
        if not self.spec.is_plug_in:
            raise Refused("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")

    def require_extra(self, name: str) -> None:
        """Only models that have it."""
        if name not in self.spec.design.has:
            raise Refused("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")

    def require_standing(self) -> None:
        """Not on the way."""
        if self.is_driving:
            raise refused_now("IN_MOTION")
