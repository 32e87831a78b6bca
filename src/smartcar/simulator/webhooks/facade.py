"""Set webhooks up, subscribe cars to them, and have them told things: ``Simulator.webhooks``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from msgspec import structs

from smartcar.simulator import events, ids
from smartcar.simulator.fleet import Grant
from smartcar.simulator.made_bodies import checked_error
from smartcar.simulator.world import World

from .checking import checked
from .courier import Courier
from .noticing import Noticing
from .occasions import FIRST_DELIVERY, Occasion, OccasionKind, TestKind, TroubleTold
from .sending import Sending
from .setup import WebhookKind, WebhookSetup
from .subscribing import subscribe, unsubscribe
from .troubles import troubles_of_all

_NOW_AND_THEN: dict[WebhookKind, OccasionKind] = {
    "schedule": "schedule",
    "dynamic": "dynamic",
    "eventBased": "eventBased",
}


class Webhooks(Sending):
    """The webhooks of one simulator.  Safe to use while it answers."""

    def __init__(
        self,
        world: World,
        now: Callable[[], float],
        lock: AbstractContextManager[object],
        courier: Courier,
    ) -> None:
        super().__init__(world, now, lock, courier)
        self.noticing = Noticing(world)
        """What is to be told, and when that may be."""

    # --- what there is ---------------------------------------------------------------------------

    def all(self, application: str | None = None) -> list[WebhookSetup]:
        """Every webhook, in the order they were made.

        Args:
            application: Client id or application id: only those of this one.

        Raises:
            ValueError: There is no such application.
        """
        with self._lock:
            if application is None:
                return self._world.webhooks.all()
            known = self._world.applications
            return self._world.webhooks.of(known.key(known.named(application)))

    def get(self, webhook_id: str) -> WebhookSetup:
        """The webhook with this id.

        Raises:
            LookupError: There is none.
        """
        with self._lock:
            found = self._world.webhooks.setups.get(webhook_id)
            if found is None:
                msg = f"There is no webhook {webhook_id!r} in this simulator."
                raise LookupError(msg)
            return found

    def verified(self, webhook_id: str) -> frozenset[str]:
        """The URIs of a webhook where somebody listens who knows the management token.

        Raises:
            LookupError: There is no such webhook.
        """
        with self._lock:
            self.get(webhook_id)
            return self._world.webhooks.verified(webhook_id)

    def set(self, setup: WebhookSetup) -> WebhookSetup:
        """Make a webhook, or set one up anew; URIs that are not verified are asked to answer.

        Args:
            setup: With the id of one there is, all of it as it is to be; without, a new one.

        Returns:
            The webhook, with its id.

        Raises:
            LookupError: There is no webhook with this id.
            ValueError: There can be no such webhook.
        """
        with self._lock:
            known = self._world.applications
            setup = structs.replace(setup, application=known.key(known.named(setup.application)))
            old = self.get(setup.id) if setup.id else None
            if old is not None and old.application != setup.application:
                msg = "application: a webhook stays with the one that it was made for."
                raise ValueError(msg)
            made = checked(setup)
            if old is None:
                number = self._world.webhooks.made
                made = structs.replace(made, id=ids.uuid(self._world.seed, "webhook", number))
            # Whoever is killed here has no such webhook, or has it and what it is to be asked.
            with self._world.together():
                if made != old:
                    self._world.record(events.WebhookSet(at=self._now(), setup=made))
                if made.is_enabled:
                    self._ask_to_verify(made, self._world.webhooks.verified(made.id))
                    occasions = self.noticing.look(self._now())
                    self._courier.take(occasions, self._now(), self.noticing.readings)
            return made

    def remove(self, webhook_id: str) -> WebhookSetup:
        """End a webhook and all subscriptions to it; gives what it was.

        Raises:
            LookupError: There is none with this id.
        """
        with self._lock:
            found = self.get(webhook_id)
            self._world.record(events.WebhookRemoved(at=self._now(), webhook_id=webhook_id))
            return found

    def enable(self, webhook_id: str) -> WebhookSetup:
        """Let a webhook be told again; of each car, the first that it is told is a first delivery.

        Raises:
            LookupError: There is none with this id.
        """
        with self._lock:
            return self.set(structs.replace(self.get(webhook_id), is_enabled=True))

    def disable(self, webhook_id: str) -> WebhookSetup:
        """Let a webhook be told nothing, and nothing be kept for it.

        Raises:
            LookupError: There is none with this id.
        """
        with self._lock:
            return self.set(structs.replace(self.get(webhook_id), is_enabled=False))

    def verify(self, webhook_id: str) -> list[Occasion]:
        """Ask who listens at its URIs to show that it knows the management token.

        Returns:
            What each of them is asked.

        Raises:
            LookupError: There is no such webhook.
            ValueError: It is disabled.
        """
        with self._lock:
            return self._ask_to_verify(self._enabled(webhook_id), frozenset())

    # --- whose events go there -------------------------------------------------------------------

    def subscriptions(self, webhook_id: str) -> list[events.Subscribed]:
        """The cars whose events go to a webhook, in the order they were subscribed.

        Raises:
            LookupError: There is no such webhook.
        """
        with self._lock:
            self.get(webhook_id)
            book = self._world.webhooks
            return [book.subscriptions[each] for each in book.of_webhook(webhook_id)]

    def subscribe(self, webhook_id: str, vehicle_id: str) -> events.Subscribed:
        """Let a car's events go to a webhook; the first that it is told is a first delivery.

        Raises:
            LookupError: There is no such webhook, or no such car.
            ValueError: The car is not connected to the webhook's application.
        """
        with self._lock:
            setup = self.get(webhook_id)
            return subscribe(self._world, setup, self._grant(setup, vehicle_id), self._now())

    def unsubscribe(self, webhook_id: str, vehicle_id: str) -> bool:
        """Let them go there no more; gives whether they did.

        Raises:
            LookupError: There is no such webhook.
        """
        with self._lock:
            setup = self.get(webhook_id)
            found = list(
                self._world.webhooks.find(
                    setup.application, vehicle_id=vehicle_id, webhook_id=webhook_id
                )
            )
            for each in found:
                unsubscribe(self._world, each, self._now())
            return bool(found)

    # --- having it told things -------------------------------------------------------------------

    def test(
        self, webhook_id: str, kind: TestKind = "VEHICLE_STATE", vehicle_id: str | None = None
    ) -> Occasion:
        """Send what the Test button of Smartcar's dashboard sends: a delivery in TEST mode.

        Args:
            webhook_id: To which webhook.
            kind: ``VEHICLE_STATE`` or ``VEHICLE_ERROR``; ``VERIFY`` asks its callback to answer.
            vehicle_id: Whose signals it has; the dashboard's own made-up car unless said.

        Raises:
            LookupError: There is no such webhook, or no such car.
            ValueError: The webhook is disabled, or is one of v2.
        """
        with self._lock:
            setup = self._enabled(webhook_id)
            if setup.kind != "signals":
                msg = f"A webhook of v2 ({setup.kind}) has no test deliveries: use trigger."
                raise ValueError(msg)
            user_id = None if vehicle_id is None else self._grant(setup, vehicle_id).user_id
            codes = tuple(dict.fromkeys((*setup.data, *setup.triggers)))
            denied = TroubleTold(
                type="COMPATIBILITY", code="VEHICLE_NOT_CAPABLE", state="ERROR", affected=codes
            )
            return self._ask(
                setup,
                kind,
                vehicle_id=vehicle_id,
                user_id=user_id,
                is_test=True,
                triggers=setup.triggers or (FIRST_DELIVERY,) if kind == "VEHICLE_STATE" else (),
                errors=(denied,) if kind == "VEHICLE_ERROR" else (),
                uri=setup.callback_uri if kind == "VERIFY" else None,
            )

    def trigger(
        self,
        webhook_id: str,
        kind: OccasionKind,
        vehicle_id: str,
        *,
        error: str | None = None,
        resolved: bool = False,
    ) -> Occasion:
        """Have a webhook told of a car now, as if there were a reason.

        Args:
            webhook_id: Which webhook; the car need not be subscribed to it.
            kind: What it is told; of a webhook of v2 only what that tells.
            vehicle_id: Of which car.
            error: Of ``VEHICLE_ERROR``: which one, as ``TYPE:CODE``; unless said what keeps the car
                from being read just now, or else ``VEHICLE_STATE:UNREACHABLE``.
            resolved: Is it over?

        Raises:
            LookupError: There is no such webhook, or no such car.
            ValueError: The webhook is disabled, tells no such thing, or the car is not connected.
        """
        with self._lock:
            setup = self._enabled(webhook_id)
            grant = self._grant(setup, vehicle_id)
            if kind == "VERIFY":
                return self._ask(setup, kind, uri=setup.callback_uri)
            known = _NOW_AND_THEN.get(setup.kind)
            if (kind not in {"VEHICLE_STATE", "VEHICLE_ERROR"}) if known is None else kind != known:
                tells = known or "VEHICLE_STATE and VEHICLE_ERROR"
                msg = f"kind: this webhook tells {tells}, not {kind}."
                raise ValueError(msg)
            if kind == "VEHICLE_ERROR":
                errors = self._errors(grant, error, resolved=resolved)
                return self._ask(
                    setup, kind, vehicle_id=vehicle_id, user_id=grant.user_id, errors=errors
                )
            triggers = setup.triggers or (FIRST_DELIVERY,)
            return self._ask(
                setup,
                kind,
                vehicle_id=vehicle_id,
                user_id=grant.user_id,
                triggers={"VEHICLE_STATE": triggers, "eventBased": ("CHARGING_STARTED",)}.get(
                    kind, ()
                ),
            )

    def _errors(
        self, grant: Grant, error: str | None, *, resolved: bool
    ) -> tuple[TroubleTold, ...]:
        if error is None:
            troubles = troubles_of_all(self._world, grant, self._now())
            fates = [(each.type, each.code) for each in troubles]
            fates = fates or [("VEHICLE_STATE", "UNREACHABLE")]
        else:
            kind, _, code = checked_error(error).partition(":")
            fates = [(kind, code or None)]
        return tuple(
            TroubleTold(type=kind, code=code, state="RESOLVED" if resolved else "ERROR")
            for kind, code in fates
        )

    def _ask(
        self,
        setup: WebhookSetup,
        kind: OccasionKind,
        *,
        vehicle_id: str | None = None,
        user_id: str | None = None,
        triggers: tuple[str, ...] = (),
        errors: tuple[TroubleTold, ...] = (),
        uri: str | None = None,
        is_test: bool = False,
    ) -> Occasion:
        at = self._now()
        made = Occasion(
            webhook_id=setup.id,
            at=at,
            event_id=self._world.next_event_id(at),
            kind=kind,
            vehicle_id=vehicle_id,
            user_id=user_id,
            triggers=triggers,
            errors=errors,
            uri=uri,
            is_test=is_test,
        )
        self.noticing.ask(made)
        return made

    def _ask_to_verify(self, setup: WebhookSetup, known: frozenset[str]) -> list[Occasion]:
        return [self._ask(setup, "VERIFY", uri=uri) for uri in setup.uris if uri not in known]

    def _enabled(self, webhook_id: str) -> WebhookSetup:
        setup = self.get(webhook_id)
        if not setup.is_enabled:
            msg = f"The webhook {setup.name!r} is disabled: enable it first."
            raise ValueError(msg)
        return setup

    def _grant(self, setup: WebhookSetup, vehicle_id: str) -> Grant:
        """The consent under which a webhook is told of a car."""
        if self._world.garage.spec(vehicle_id) is None:
            msg = f"There is no car {vehicle_id!r} in this simulator."
            raise LookupError(msg)
        found = next(self._world.grants.of(setup.application, vehicle_id=vehicle_id), None)
        if found is None:
            msg = f"The car {vehicle_id} is not connected to the application of this webhook."
            raise ValueError(msg)
        return found
