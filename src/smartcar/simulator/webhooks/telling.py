"""What there is to tell of a car that a webhook is subscribed to: what it does not know yet."""

from __future__ import annotations

import msgspec

from smartcar.simulator import events
from smartcar.simulator.answers.vehicle import Reading, Word
from smartcar.simulator.cars.hashing import digest
from smartcar.simulator.fleet import Grant
from smartcar.simulator.visit import visit_of
from smartcar.simulator.world import World

from .book import Told
from .classic_ticks import charge_event, next_tick
from .occasions import FIRST_DELIVERY, Occasion, OccasionKind, Trouble, TroubleTold
from .setup import WebhookSetup
from .troubles import changes, troubles_of_all, troubles_of_signals

_NOTHING = Told(at=0.0, signals={}, troubles=())


class Telling:
    """Compares the cars of a world with what was told of them; its caller holds the lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.readings: dict[str, Reading] = {}
        """What cars were found to say, by the ids of what is told because of it."""

    def look_at(
        self, subscribed: events.Subscribed, setup: WebhookSetup, at: float
    ) -> list[Occasion]:
        """What there is to tell of a car at *at*; the world knows then that it was told."""
        world = self._world
        grants = world.grants.of(
            subscribed.application, user_id=subscribed.user_id, vehicle_id=subscribed.vehicle_id
        )
        grant = next(grants, None)
        if grant is None:
            return []
        knew = world.webhooks.told.get(subscribed.subscription_id)
        match setup.kind:
            case "signals":
                return self._signals(subscribed, setup, grant, knew or _NOTHING, at)
            case "eventBased":
                return self._charging(subscribed, knew or _NOTHING, at)
            case "schedule" | "dynamic" as kind:
                if not self._is_time(subscribed, setup, knew, at):
                    return []
                self._note(subscribed, at, {})
                return [self._occasion(subscribed, kind, at)]

    def parting(self, subscribed: events.Subscribed, at: float) -> Occasion:
        """The owner has taken the consent back: that is told last."""
        last = events.WebhookTold(at=at, subscription_id=subscribed.subscription_id, is_last=True)
        self._world.record(last)
        denied = TroubleTold(type="PERMISSION", code=None, state="ERROR")
        return self._occasion(subscribed, "VEHICLE_ERROR", at, errors=(denied,))

    def _signals(
        self,
        subscribed: events.Subscribed,
        setup: WebhookSetup,
        grant: Grant,
        knew: Told,
        at: float,
    ) -> list[Occasion]:
        """Errors that began or ended, and the signals that changed."""
        tells_errors = setup.error_uri in self._world.webhooks.verified(setup.id)
        troubles, values, reading = self._read(setup, grant, knew, at)
        errors = changes(knew.troubles, troubles) if tells_errors else ()
        found: list[Occasion] = []
        if errors:
            found.append(self._occasion(subscribed, "VEHICLE_ERROR", at, errors=errors))
        changed: dict[str, str] = {}
        if values is not None:
            changed = {c: each for c, each in values.items() if knew.signals.get(c) != each}
            if knew.signals:  # a trigger that the webhook has only now is known from now on
                triggers = tuple(code for code in changed if code in knew.signals)
            else:
                triggers = (FIRST_DELIVERY,)
                changed[FIRST_DELIVERY] = ""
            if triggers:
                state = self._occasion(subscribed, "VEHICLE_STATE", at, triggers=triggers)
                found.append(state)
                if reading is not None:
                    self.readings[state.event_id] = reading
        if errors or changed:
            now = troubles if tells_errors else knew.troubles
            self._note(subscribed, at, changed, now)
        return found

    def _read(
        self, setup: WebhookSetup, grant: Grant, knew: Told, at: float
    ) -> tuple[tuple[Trouble, ...], dict[str, str] | None, Reading | None]:
        """What fails, what stands for each trigger, and what was read: of a car that can be."""
        world = self._world
        whole = troubles_of_all(world, grant, at)
        if whole:  # what is with single signals nobody knows meanwhile
            return (*whole, *(each for each in knew.troubles if each.affected)), None, None
        visit = visit_of(world, at, grant.application, vehicle_id=grant.vehicle_id)
        reading = Reading(visit, grant.permissions)
        troubles = troubles_of_signals(reading, (*setup.data, *setup.triggers))
        values = {code: _stands_for(reading.word(code)) for code in setup.triggers}
        return tuple(troubles), values, reading

    def _charging(self, subscribed: events.Subscribed, knew: Told, at: float) -> list[Occasion]:
        """That charging has begun or ended, as one of v2 tells it."""
        garage = self._world.garage
        spec = garage.spec(subscribed.vehicle_id)
        if spec is None or not spec.is_plug_in:
            return []
        state = garage.car(spec).report(at).state
        before, is_now = knew.signals.get("charging"), "yes" if state.is_charging else "no"
        if before == is_now:
            return []
        self._note(subscribed, at, {"charging": is_now})
        if before is None:
            return []
        what = (charge_event(state),)
        return [self._occasion(subscribed, "eventBased", at, triggers=what)]

    def _is_time(
        self, subscribed: events.Subscribed, setup: WebhookSetup, knew: Told | None, at: float
    ) -> bool:
        """Is it time for one of v2 that tells whatever there is, every so often?"""
        spec = self._world.garage.spec(subscribed.vehicle_id)
        if spec is None or knew is None:
            return spec is not None
        return next_tick(setup, self._world.garage.car(spec), knew.at) <= at

    def _note(
        self,
        subscribed: events.Subscribed,
        at: float,
        signals: dict[str, str],
        troubles: tuple[Trouble, ...] = (),
    ) -> None:
        self._world.record(
            events.WebhookTold(
                at=at,
                subscription_id=subscribed.subscription_id,
                signals=signals,
                troubles=troubles,
            )
        )

    def _occasion(
        self,
        subscribed: events.Subscribed,
        kind: OccasionKind,
        at: float,
        *,
        triggers: tuple[str, ...] = (),
        errors: tuple[TroubleTold, ...] = (),
    ) -> Occasion:
        return Occasion(
            webhook_id=subscribed.webhook_id,
            at=at,
            event_id=self._world.next_event_id(at),
            kind=kind,
            vehicle_id=subscribed.vehicle_id,
            user_id=subscribed.user_id,
            triggers=triggers,
            errors=errors,
        )


def _stands_for(word: Word) -> str:
    """The same text for the same value or error."""
    return f"{digest(msgspec.json.encode([word.body, word.error]), bits=48):012x}"
