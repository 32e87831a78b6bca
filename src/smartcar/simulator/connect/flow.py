"""Connect: which page comes next, and what follows from the owner's answers.

A request comes in, a page or the way back to the app goes out.  The pages themselves are
``pages``; who connected what is kept by the world.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import events
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.world import World

from . import pages
from .again import AGAIN_PATH, Again
from .attempt import Attempt, Misconfigured, read_attempt
from .brands import BrandRow, find_brand, sold_in
from .consent import agree, garage
from .logins import failure_of_vin, is_wrong
from .replies import (
    REFUSED,
    SAID,
    Answers,
    answers_of,
    bad_link,
    dead_end,
    done,
    no_form,
    no_way_back,
    one,
    page,
    redirect,
    too_old,
)
from .vins import incompatible, make_of, misplaced

ATTEMPTS_AT_HAND: Final = 4096
"""Owners on their way at once; an older attempt must begin anew."""

_AHEAD: Final = "You have gone ahead of the page that you were on."
"""Shown as the message of a configuration_error; the words are this simulator's own."""
_BY_RULE: Final = "A rule of the simulator says so."
"""Likewise."""


_USUAL_COUNTRY: Final = ""
"""Any, unless the app or the owner names one."""


class Connect:
    """The way of every owner, from the app's link to the app's redirect URI."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._again = Again(world)
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()
        self._begun = 0

    def fail(self, request: Request, error: str, now: float) -> Reply:
        """Send the owner back to the app with *error*, wherever on the way they are."""
        path = request.path.rstrip("/")
        if path == AGAIN_PATH:
            return self._again.fail(request, error, now)
        attempt = self._attempt_of(request) if path == "/oauth/authorize" else None
        if attempt is None:
            return self.answer(request, now)
        if error == "configuration_error":
            return self._misconfigured(attempt, _BY_RULE)
        return self._back(attempt, error, find_brand(attempt.brand or attempt.make or ""))

    def _attempt_of(self, request: Request) -> Attempt | None:
        """Whose way *request* is a step of; None if it is of nobody's."""
        if request.method == "GET" and "interaction" not in request.query:
            started = self._start(request.query)
            return started if isinstance(started, Attempt) else None
        answers = answers_of(request) or {}
        return self._attempts.get(one(answers, "interaction"))

    def answer(self, request: Request, now: float) -> Reply:
        """A page, or a redirect."""
        path = request.path.rstrip("/")
        if path == AGAIN_PATH:
            return self._again.answer(request, now)
        if path != "/oauth/authorize":
            return dead_end(404, "There is nothing here", "This is no page of Connect.", path)
        return self._authorize(request, now)

    def _authorize(self, request: Request, now: float) -> Reply:
        if request.method == "GET" and "interaction" not in request.query:
            return self._begin(request.query)
        answers = answers_of(request)
        if answers is None:
            return no_form()
        attempt = self._attempts.get(one(answers, "interaction"))
        if attempt is None:
            return too_old()
        return self._go_on(attempt, answers, now)

    def _begin(self, query: Mapping[str, str]) -> Reply:
        attempt = self._start(query)
        if isinstance(attempt, Reply):
            return attempt
        self._attempts[attempt.id] = attempt
        if len(self._attempts) > ATTEMPTS_AT_HAND:
            self._attempts.popitem(last=False)
        return page(
            pages.preamble(
                app_name=attempt.application.name,
                permissions=_permissions(attempt),
                form=_form(attempt),
                country=attempt.country or _USUAL_COUNTRY,
                can_exit=_can_exit(attempt),
                brand_is_given=attempt.brand_is_given,
            )
        )

    def _start(self, query: Mapping[str, str]) -> Attempt | Reply:
        """What the link asks for, or what becomes of it at once."""
        self._begun += 1
        attempt_id = self._world.next_id("attempt", self._begun)
        try:
            attempt = read_attempt(attempt_id, query, self._world.applications)
        except Misconfigured as error:
            return bad_link(str(error))
        if attempt.single_select_vin is not None:
            told = misplaced(attempt.single_select_vin, attempt.mode)
            if told is not None:
                return self._misconfigured(attempt, told)
            attempt.make = make_of(attempt.single_select_vin) or attempt.make or "TESLA"
        if attempt.make is not None and find_brand(attempt.make) is None:
            return self._misconfigured(attempt, f"There is no brand {attempt.make}.")
        return attempt

    def _go_on(  # noqa: PLR0911 -- one return for each way on
        self, attempt: Attempt, answers: Answers, now: float
    ) -> Reply:
        decision, step, make = (one(answers, name) for name in ("decision", "step", "make"))
        if decision == "deny":
            return self._back(attempt, "access_denied")
        if decision == "allow":
            return self._decide(attempt, answers, now)
        if step == "no-brand":
            return self._back(attempt, "vehicle_incompatible")
        if "username" in answers:
            return self._sign_in(attempt, answers, now)
        if make or attempt.brand_is_given:
            brand = find_brand(attempt.make or make)
            if brand is None or not brand.available:
                return self._back(attempt, "vehicle_incompatible")
            attempt.brand = brand.make
            return self._ask_who(attempt, brand)
        if "country" in answers:
            attempt.country = one(answers, "country") or None
        return page(
            pages.brand_list(
                app_name=attempt.application.name,
                brands=sold_in(attempt.country),
                search=one(answers, "brand_search"),
                form=_form(attempt),
                can_exit=_can_exit(attempt),
            )
        )

    def _ask_who(self, attempt: Attempt, brand: BrandRow, problem: str | None = None) -> Reply:
        return page(
            pages.sign_in(
                app_name=attempt.application.name,
                brand=brand,
                username=attempt.username,
                problem=problem,
                form=_form(attempt),
                can_exit=_can_exit(attempt),
                brand_is_given=attempt.brand_is_given,
            )
        )

    def _sign_in(self, attempt: Attempt, answers: Answers, now: float) -> Reply:
        brand = find_brand(attempt.brand or "")
        if brand is None:
            return self._misconfigured(attempt, _AHEAD)
        attempt.username = one(answers, "username").strip().lower()
        if not attempt.username or not one(answers, "password"):
            return self._ask_who(
                attempt, brand, "Enter the e-mail and the password of your account."
            )
        if is_wrong(one(answers, "password")):
            return self._ask_who(attempt, brand, REFUSED)
        login = attempt.login
        failure = login.failure or failure_of_vin(attempt.single_select_vin)
        if failure is not None:
            return self._back(attempt, failure, brand)
        attempt.vehicles = garage(
            self._world,
            attempt.username,
            brand.make,
            login,
            mode=attempt.mode,
            vin=attempt.single_select_vin,
            now=now,
        )
        attempt.is_signed_in = True
        if not attempt.is_forced and not attempt.must_choose and self._has_granted_all(attempt):
            asked = tuple(name for name, _ in attempt.asked)
            return self._grant(attempt, attempt.vehicles, asked, now)
        return self._ask_leave(attempt, brand)

    def _ask_leave(
        self,
        attempt: Attempt,
        brand: BrandRow,
        problem: str | None = None,
        answers: Answers | None = None,
    ) -> Reply:
        return page(
            pages.grant(
                app_name=attempt.application.name,
                brand=brand,
                vehicles=[
                    pages.VehicleRow(spec.id, spec.make, spec.model, spec.year)
                    for spec in attempt.vehicles
                ],
                single_select=attempt.single_select,
                permissions=_permissions(attempt),
                problem=problem,
                form=_form(attempt),
                can_exit=_can_exit(attempt),
                brand_is_given=attempt.brand_is_given,
                chosen=None if answers is None else answers.get("vehicle_id", []),
                ticked=None if answers is None else answers.get("permission", []),
            )
        )

    def _decide(self, attempt: Attempt, answers: Answers, now: float) -> Reply:
        brand = find_brand(attempt.brand or "")
        if brand is None or not attempt.is_signed_in:
            return self._misconfigured(attempt, _AHEAD)
        chosen_ids = set(answers.get("vehicle_id", []))
        chosen = [spec for spec in attempt.vehicles if spec.id in chosen_ids]
        if not chosen or (attempt.single_select and len(chosen) > 1):
            told = "Choose one car." if attempt.single_select else "Choose at least one car."
            return self._ask_leave(attempt, brand, told, answers)
        ticked = set(answers.get("permission", []))
        granted = tuple(name for name, required in attempt.asked if required or name in ticked)
        if not granted:
            told = "Leave at least one permission ticked."
            return self._ask_leave(attempt, brand, told, answers)
        return self._grant(attempt, chosen, granted, now)

    def _grant(
        self, attempt: Attempt, chosen: list[Spec], permissions: tuple[str, ...], now: float
    ) -> Reply:
        world = self._world
        user_id = world.garage.user_id_of(attempt.username)
        external_id = attempt.external_id
        whose = world.applications.key(attempt.application)
        agreed = agree(
            *(world, attempt.username, chosen, permissions),
            external_id=external_id,
            now=now,
            application=whose,
        )
        del self._attempts[attempt.id]
        code = None
        if attempt.wants_code:
            code = world.next_id("code")
            world.record(
                events.CodeIssued(
                    at=now,
                    code=code,
                    user_id=user_id,
                    redirect_uri=attempt.redirect_uri or "",
                    permissions=permissions,
                    connection_ids=tuple(grant.id for grant in agreed),
                    expires_at=now + world.lives.code,
                    application=whose,
                )
            )
        if attempt.redirect_uri is None:
            return done("You are connected", "You can close this page.", chosen)
        return redirect(attempt.back(code=code, user_id=user_id, external_id=attempt.external_id))

    def _has_granted_all(self, attempt: Attempt) -> bool:
        """Was just this granted before, for every car?  Then ``auto`` does not ask again."""
        user_id = self._world.garage.user_id_of(attempt.username)
        asked = {name for name, _ in attempt.asked}
        whose = self._world.applications.key(attempt.application)
        for spec in attempt.vehicles:
            old = next(self._world.grants.of(whose, user_id=user_id, vehicle_id=spec.id), None)
            if old is None or not asked <= set(old.permissions):
                return False
        return True

    def _back(self, attempt: Attempt, error: str, brand: BrandRow | None = None) -> Reply:
        more: dict[str, str | None] = {}
        if brand is not None and error == "vehicle_incompatible":
            more = incompatible(brand.make, attempt.single_select_vin or attempt.login.vin)
        return self._end(attempt, error, **more)

    def _misconfigured(self, attempt: Attempt, message: str) -> Reply:
        """What the owner would have seen on a page goes back to the app at once."""
        return self._end(attempt, "configuration_error", status_code="400", error_message=message)

    def _end(self, attempt: Attempt, error: str, **more: str | None) -> Reply:
        self._attempts.pop(attempt.id, None)
        if attempt.redirect_uri is None:
            return no_way_back("You are not connected", error, more.get("error_message"))
        return redirect(attempt.back(error=error, error_description=SAID[error], **more))


def _form(attempt: Attempt) -> pages.Form:
    return pages.Form("/oauth/authorize", {"interaction": attempt.id})


def _permissions(attempt: Attempt) -> list[pages.PermissionRow]:
    return [
        pages.PermissionRow(name, pages.permission_words(name), required)
        for name, required in attempt.asked
    ]


def _can_exit(attempt: Attempt) -> bool:
    return attempt.redirect_uri is not None
