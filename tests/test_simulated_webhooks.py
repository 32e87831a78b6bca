"""What a webhook of the simulator is told: when a car changes, fails, or is connected."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from noticed import CHARGE, FORD, LOCK, ODOMETER, TESLA, URI, VOLKSWAGEN, Told, car_of
from old_caller import Owner, new_owner, owner_of

from smartcar import ConflictError, NotFoundError, PermissionDeniedError, Smartcar
from smartcar.errors import InvalidRequestError
from smartcar.simulator import FaultRule, FleetFile, Simulator, SqliteJournal
from smartcar.simulator.connect.consent import agree
from smartcar.simulator.events import SignedInAgain
from smartcar.simulator.fleet_file import ApplicationEntry, CarEntry, GrantEntry, WebhookEntry
from smartcar.simulator.webhooks.book import DEFAULT
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.webhooks import Dynamic, EventBased, Schedule, VehicleError, VehicleState

ACCOUNT = "CONNECTED_SERVICES_ACCOUNT"
PLACE = "location-preciselocation"
BROKEN = f"{ACCOUNT}.AUTHENTICATION_FAILED@smartcar.com"
ERRORS = "https://fleet.example.com/smartcar/errors"


@pytest.fixture
def told(simulator: Simulator) -> Told:
    """A webhook that is told of the fleet's Tesla, after its first delivery."""
    told = Told(simulator)
    told.subscribe(car_of(simulator))
    (first,) = told.new()
    assert isinstance(first, VehicleState)
    assert first.is_first
    return told


@pytest.fixture
def tesla(simulator: Simulator) -> str:
    return car_of(simulator)


def turn_key(simulator: Simulator, vehicle_id: str) -> None:
    """Lock a car that is not, or unlock it."""
    is_locked = simulator.state(vehicle_id).locked
    simulator.command(vehicle_id, "security-unlock" if is_locked else "security-lock")


# --- a car's life ---------------------------------------------------------------------------------


def test_a_receiver_is_told_of_a_cars_day_as_it_passes(simulator: Simulator) -> None:
    tesla = car_of(simulator)
    told = Told(simulator, triggers=(LOCK, "charge-ischarging"), data=(LOCK, CHARGE, ODOMETER))
    told.subscribe(tesla)
    begun = simulator.clock.now()

    simulator.clock.advance("3d")

    first, *others = told.states
    assert len(told.events) == len(told.states) == len(others) + 1
    assert first.is_first
    assert len(others) > 5
    assert {code for each in others for code in each.changed} == {LOCK, "charge-ischarging"}
    times = [each.meta.delivered_at for each in others]
    assert all(at is not None and at.timestamp() > begun for at in times)
    assert times == sorted(times, key=str)
    kilometres = [each.signals[ODOMETER].value for each in told.states]
    assert kilometres == sorted(kilometres)
    assert kilometres[0] < kilometres[-1]
    assert {each.vehicle.id for each in told.states} == {tesla}
    simulator.set_signal(tesla, CHARGE, error="VEHICLE_STATE:ASLEEP", frozen=True)
    simulator.release_signal(tesla, CHARGE)
    assert told.faults == ["VEHICLE_STATE:ASLEEP ERROR", "VEHICLE_STATE:ASLEEP RESOLVED"]
    # The receiver refuses what is not signed right; it has refused nothing.
    went = simulator.webhooks.deliveries()[1:]  # nobody listened yet when it was made
    assert [each.kind for each in went[:2]] == ["VERIFY", "VEHICLE_STATE"]
    assert {(each.state, len(each.tries)) for each in went} == {("delivered", 1)}


def test_each_event_has_what_the_api_told_then(simulator: Simulator, told: Told) -> None:
    grant = simulator.world.fleet.grant(TESLA)
    found: list[tuple[object, object]] = []

    @told.receiver.on(VehicleState)
    def ask(event: VehicleState) -> None:
        with Smartcar(transport=simulator) as smartcar:
            car = smartcar.vehicle(grant.vehicle_id, user_id=grant.user_id)
            for code in (LOCK, CHARGE):
                asked, sent = car.signal(code), event.signals[code]
                found.append((asked.value, sent.value))
                found.append((asked.oem_updated_at, sent.oem_updated_at))

    simulator.clock.advance("1d")

    assert len(found) > 20
    assert all(asked == sent for asked, sent in found)


def test_a_change_is_told_when_smartcar_has_heard_of_it(simulator: Simulator, told: Told) -> None:
    simulator.clock.advance("1d")

    for each in told.states:
        at = each.meta.delivered_at
        assert at is not None
        changed = [each.signals[code].oem_updated_at for code in each.changed]
        assert all(when is not None and 5.9 < (at - when).total_seconds() < 6.1 for when in changed)


def test_a_car_that_only_stands_is_told_of_no_more(simulator: Simulator, told: Told) -> None:
    simulator.command(car_of(simulator), "sleep")
    told.new()

    simulator.clock.advance("20min")

    assert told.events == []


def test_what_is_set_is_told_at_once(simulator: Simulator, told: Told, tesla: str) -> None:
    simulator.set_signal(tesla, CHARGE, 33)
    assert told.new() == []  # it is data of this webhook, and no trigger

    turn_key(simulator, tesla)

    (event,) = told.states
    assert event.changed == {LOCK}
    assert event.signals[CHARGE].value == 33
    assert event.signals[LOCK].value == simulator.state(tesla).locked


def test_what_a_program_commands_is_told(simulator: Simulator, told: Told) -> None:
    grant = simulator.world.fleet.grant(TESLA)
    with Smartcar(transport=simulator) as smartcar:
        car = smartcar.vehicle(grant.vehicle_id, user_id=grant.user_id)
        (car.unlock if simulator.state(grant.vehicle_id).locked else car.lock)()

    (event,) = told.states
    assert event.changed == {LOCK}
    assert event.user.id == grant.user_id


def test_changes_at_the_same_time_are_one_event(simulator: Simulator, tesla: str) -> None:
    told = Told(simulator, triggers=(PLACE, ODOMETER), data=(PLACE, ODOMETER))
    told.subscribe(tesla)
    told.new()

    simulator.clock.advance("12h")

    assert any(each.changed == {PLACE, ODOMETER} for each in told.states)


def test_nobody_is_told_of_a_car_that_is_not_subscribed(simulator: Simulator, told: Told) -> None:
    turn_key(simulator, car_of(simulator, VOLKSWAGEN))

    assert told.events == []


def test_the_webhook_that_there_always_is_has_nothing_to_be_looked_at(
    simulator: Simulator, tesla: str
) -> None:
    simulator.webhooks.subscribe(DEFAULT.id, tesla)

    assert simulator.clock.next_stop is None
    assert simulator.webhooks.deliveries() == []


def test_the_same_seed_and_the_same_calls_tell_the_same(tesla: str) -> None:
    def ids() -> list[str]:
        simulator = Simulator(seed=7)
        told = Told(simulator)
        told.subscribe(tesla)
        simulator.clock.advance("3d")
        return [each.id for each in told.events]

    found = ids()
    assert len(found) > 3
    assert len(set(found)) == len(found)
    assert found == ids()


# --- errors ---------------------------------------------------------------------------------------


def test_a_signal_that_fails_is_told_and_that_it_does_no_more(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    simulator.set_signal(tesla, CHARGE, error="VEHICLE_STATE:UNREACHABLE", frozen=True)
    (failed,) = told.new()
    assert isinstance(failed, VehicleError)
    (fault,) = failed.open
    assert (fault.type, fault.code) == ("VEHICLE_STATE", "UNREACHABLE")
    assert [each.code for each in fault.signals] == [CHARGE]

    simulator.release_signal(tesla, CHARGE)

    (mended,) = told.new()
    assert isinstance(mended, VehicleError)
    assert [str(each) for each in mended.resolved] == ["VEHICLE_STATE:UNREACHABLE RESOLVED"]
    assert mended.id != failed.id


def test_a_signal_that_fails_until_a_time_is_mended_then(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    until = simulator.clock.now() + 600
    simulator.set_signal(tesla, CHARGE, error="VEHICLE_STATE:ASLEEP", frozen=True, until=until)

    simulator.clock.advance("1h")

    assert told.faults == ["VEHICLE_STATE:ASLEEP ERROR", "VEHICLE_STATE:ASLEEP RESOLVED"]
    (mended,) = [each for each in told.events if isinstance(each, VehicleError) and each.resolved]
    assert mended.meta.delivered_at == datetime.fromtimestamp(until, UTC)


@pytest.mark.parametrize(
    ("rule", "label"),
    [
        (FaultRule(car="asleep"), "VEHICLE_STATE:ASLEEP"),
        (FaultRule(car="offline"), "VEHICLE_STATE:UNREACHABLE"),
        (FaultRule(car="out_of_plan"), "BILLING:VEHICLE_LIMIT"),
        (FaultRule(error=f"{ACCOUNT}:SUBSCRIPTION"), f"{ACCOUNT}:SUBSCRIPTION"),
        (FaultRule(error=f"{ACCOUNT}:PERMISSION", api="v3"), f"{ACCOUNT}:PERMISSION"),
    ],
)
def test_a_rule_that_keeps_a_car_from_being_read_is_told(
    simulator: Simulator, told: Told, tesla: str, rule: FaultRule, label: str
) -> None:
    fault = simulator.faults.add(rule)
    assert told.faults == [f"{label} ERROR"]
    turn_key(simulator, tesla)
    assert told.states == []  # nobody can read it

    simulator.faults.remove(fault.id)
    simulator.clock.advance("1s")

    assert told.faults == [f"{label} ERROR", f"{label} RESOLVED"]
    (after,) = told.states
    assert after.changed == {LOCK}


def test_a_rule_of_a_time_is_told_when_that_begins_and_ends(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    begun = simulator.clock.now()
    simulator.faults.add(FaultRule(car="offline", vehicle_id=tesla, after="5min", until="20min"))
    assert told.events == []

    simulator.clock.advance("1h")

    at = [
        each.meta.delivered_at.timestamp() - begun
        for each in told.events
        if isinstance(each, VehicleError) and each.meta.delivered_at is not None
    ]
    assert told.faults == ["VEHICLE_STATE:UNREACHABLE ERROR", "VEHICLE_STATE:UNREACHABLE RESOLVED"]
    assert at == [300, 1200]


@pytest.mark.parametrize(
    "rule",
    [
        FaultRule(car="asleep", path="/v3/vehicles/*/signals/*"),
        FaultRule(car="asleep", first=1),
        FaultRule(car="asleep", api="v2"),
        FaultRule(error="UPSTREAM:NO_RESPONSE"),
        FaultRule(latency="5s"),
    ],
)
def test_a_rule_of_some_requests_says_nothing_of_the_car(
    simulator: Simulator, told: Told, rule: FaultRule
) -> None:
    simulator.faults.add(rule)
    simulator.clock.advance("1s")

    assert told.events == []


def test_a_rule_of_another_car_or_owner_is_not_told(simulator: Simulator, told: Told) -> None:
    other = simulator.world.fleet.grant(VOLKSWAGEN)
    simulator.faults.add(FaultRule(car="asleep", vehicle_id=other.vehicle_id))
    simulator.faults.add(FaultRule(car="asleep", owner=other.owner_email))
    simulator.clock.advance("1s")

    assert told.events == []


def test_an_owner_whose_sign_in_no_longer_works_is_told_until_it_does(
    simulator: Simulator,
) -> None:
    owner = new_owner(simulator, BROKEN)
    told = Told(simulator)
    told.subscribe(owner.vehicle_id)
    assert told.faults == [f"{ACCOUNT}:AUTHENTICATION_FAILED ERROR"]
    assert told.states == []
    told.new()

    simulator.world.record(SignedInAgain(at=simulator.clock.now(), owner_email=BROKEN.lower()))
    simulator.clock.advance("1s")

    assert told.faults == [f"{ACCOUNT}:AUTHENTICATION_FAILED RESOLVED"]
    (first,) = told.states
    assert first.is_first


def test_an_owner_who_takes_the_consent_back_is_told_of_last(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    (grant,) = simulator.control.grants(vehicle_id=tesla)
    simulator.control.revoke(grant.id)
    assert told.faults == ["PERMISSION ERROR"]
    told.new()

    turn_key(simulator, tesla)
    simulator.clock.advance("1d")

    assert told.events == []
    assert simulator.webhooks.subscriptions(told.setup.id) == []


def test_an_application_that_ends_a_connection_is_told_no_more(
    simulator: Simulator, smartcar: Smartcar, told: Told, tesla: str
) -> None:
    (connection,) = [each for each in smartcar.connections() if each.vehicle_id == tesla]
    smartcar.remove_connection(connection.id)
    turn_key(simulator, tesla)
    simulator.clock.advance("1d")

    assert told.events == []
    assert list(smartcar.subscriptions()) == []


def test_signals_that_were_granted_no_longer_are_told(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    grant = simulator.world.fleet.grant(TESLA)
    spec = simulator.world.garage.spec(tesla)
    assert spec is not None
    agree(
        *(simulator.world, grant.owner_email, [spec], ("read_odometer", "read_security")),
        external_id=None,
        now=simulator.clock.now(),
    )
    simulator.clock.advance("1s")

    (event,) = told.events
    assert isinstance(event, VehicleError)
    assert [(each.type, each.code) for each in event.errors] == [("PERMISSION", None)]
    assert [each.code for each in event.errors[0].signals] == [CHARGE]


def test_what_a_model_cannot_report_is_told_once(simulator: Simulator) -> None:
    told = Told(simulator)
    told.subscribe(car_of(simulator, FORD))
    simulator.clock.advance("6h")

    assert told.faults == ["COMPATIBILITY:VEHICLE_NOT_CAPABLE ERROR"]
    assert told.states[0].is_first
    told.new()
    fault = simulator.faults.add(FaultRule(car="asleep"))
    simulator.faults.remove(fault.id)
    assert told.faults == ["VEHICLE_STATE:ASLEEP ERROR", "VEHICLE_STATE:ASLEEP RESOLVED"]


def test_errors_go_to_a_uri_of_their_own(simulator: Simulator, tesla: str) -> None:
    told = Told(simulator, error_callback_uri=ERRORS)
    told.subscribe(tesla)
    simulator.faults.add(FaultRule(car="asleep"))
    simulator.clock.advance("1s")

    went = {each.kind: each.uri for each in simulator.webhooks.deliveries()}
    assert went == {"VERIFY": ERRORS, "VEHICLE_STATE": URI, "VEHICLE_ERROR": ERRORS}


# --- whose events go there ------------------------------------------------------------------------


def test_a_car_is_subscribed_by_v3_and_told_no_more_once_it_is_not(
    simulator: Simulator, smartcar: Smartcar, tesla: str
) -> None:
    told, grant = Told(simulator), simulator.world.fleet.grant(TESLA)
    facts = {
        "webhook_id": told.setup.id,
        "user_id": grant.user_id,
        "vehicle_id": grant.vehicle_id,
    }
    smartcar.create_subscription(**facts)
    (first,) = told.new()
    assert isinstance(first, VehicleState)
    assert first.is_first
    with pytest.raises(ConflictError):
        smartcar.create_subscription(**facts)

    (subscription,) = smartcar.subscriptions(webhook_id=told.setup.id)
    smartcar.delete_subscription(subscription.id)
    turn_key(simulator, tesla)
    simulator.clock.advance("1d")

    assert told.events == []
    smartcar.create_subscription(**facts)
    assert [each.is_first for each in told.states] == [True]


def test_a_car_is_subscribed_by_v2(simulator: Simulator) -> None:
    told, owner = Told(simulator), owner_of(simulator, TESLA)
    path = f"/webhooks/{told.setup.id}"
    assert owner.car(path, method="POST").status == 200
    assert [each.is_first for each in told.states] == [True]
    told.new()

    token = simulator.world.application.management_token
    ended = owner.car(path, method="DELETE", body={}, authorization=f"Bearer {token}")
    assert ended.status == 200
    turn_key(simulator, owner.vehicle_id)

    assert told.events == []


def test_all_cars_are_subscribed_by_themselves_those_to_come_too(
    simulator: Simulator, smartcar: Smartcar
) -> None:
    told = Told(simulator, auto_subscribe=True)
    assert len({each.vehicle.id for each in told.states}) == 12
    assert all(each.is_first for each in told.states)
    told.new()

    made = simulator.connect("ada@example.com", "KIA")
    simulator.connect("grace@example.com", "KIA", mode="simulated")

    assert [each.vehicle.id for each in told.states] == [made.vehicle_id]
    assert len(list(smartcar.subscriptions())) == 13


def test_what_is_subscribed_by_itself_can_be_ended_and_is_then_so(simulator: Simulator) -> None:
    told, tesla = Told(simulator, auto_subscribe=True), car_of(simulator)
    told.new()

    assert simulator.webhooks.unsubscribe(told.setup.id, tesla)
    turn_key(simulator, tesla)

    assert told.events == []
    assert len(simulator.webhooks.subscriptions(told.setup.id)) == 11


def test_a_disabled_webhook_is_told_nothing_and_then_all_anew(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    simulator.webhooks.disable(told.setup.id)
    turn_key(simulator, tesla)
    simulator.clock.advance("1d")
    assert told.new() == []

    simulator.webhooks.enable(told.setup.id)

    assert [each.is_first for each in told.states] == [True]
    turn_key(simulator, tesla)
    assert told.states[-1].changed == {LOCK}


def test_a_webhook_that_is_removed_is_told_nothing(
    simulator: Simulator, smartcar: Smartcar, told: Told, tesla: str
) -> None:
    simulator.webhooks.remove(told.setup.id)
    turn_key(simulator, tesla)
    simulator.clock.advance("1d")

    assert told.events == []
    assert list(smartcar.subscriptions()) == []
    with pytest.raises(NotFoundError):
        smartcar.webhook(told.setup.id)


def test_a_trigger_more_is_told_from_then_on(simulator: Simulator, told: Told, tesla: str) -> None:
    changed = {**{each: getattr(told.setup, each) for each in told.setup.__struct_fields__}}
    simulator.webhooks.set(WebhookSetup(**{**changed, "triggers": (LOCK, CHARGE)}))
    assert told.events == []

    simulator.set_signal(tesla, CHARGE, 12)

    assert [each.changed for each in told.states] == [{CHARGE}]


def test_v3_has_the_webhooks_of_the_application_that_asks(
    simulator: Simulator, smartcar: Smartcar
) -> None:
    told = Told(simulator, error_callback_uri=ERRORS, auto_subscribe=True)

    found = smartcar.webhook(told.setup.id)

    assert (found.name, found.callback_uri, found.attributes.error_callback_uri) == (
        *("fleet hook", URI),
        ERRORS,
    )
    assert [each.code for each in found.triggers] == [LOCK]
    assert [each.code for each in found.attributes.data] == [LOCK, CHARGE]
    assert [each.id for each in smartcar.webhooks()] == [DEFAULT.id, told.setup.id]
    assert [each.id for each in smartcar.webhooks(auto_subscribe=True)] == [told.setup.id]
    assert [each.id for each in smartcar.webhooks(callback_uri="FLEET.")] == [told.setup.id]


def test_each_application_has_webhooks_of_its_own() -> None:
    file = FleetFile(
        applications=(ApplicationEntry(client_id="shop"), ApplicationEntry(client_id="garage")),
        cars=(CarEntry(make="TESLA", nickname="Comet"),),
        grants=(
            GrantEntry(car="Comet", application="shop"),
            GrantEntry(car="Comet", application="garage", permissions=("read_security",)),
        ),
    )
    simulator = Simulator(fleet=file)
    (car,) = {each.vehicle_id for each in Smartcar(transport=simulator).connections()}
    assert car is not None
    told = Told(simulator, application="garage", data=(LOCK,))
    told.subscribe(car)
    (grant,) = simulator.world.grants.of("garage")
    with Smartcar(transport=simulator) as shop, pytest.raises(NotFoundError):
        shop.create_subscription(webhook_id=told.setup.id, user_id=grant.user_id, vehicle_id=car)
    public = simulator.world.applications.named("garage")
    garage = Smartcar("garage", public.client_secret, transport=simulator)

    assert [each.id for each in garage.webhooks()] == [told.setup.id]
    assert told.states[0].meta.application_id == public.application_id
    assert told.faults == []


# --- what lasts -----------------------------------------------------------------------------------


def test_a_restart_tells_what_has_changed_and_nothing_again(tmp_path: Path, tesla: str) -> None:
    def begin() -> tuple[Simulator, SqliteJournal]:
        journal = SqliteJournal(tmp_path / "state.db")
        return Simulator(seed=7, journal=journal), journal

    simulator, _ = begin()
    told = Told(simulator)
    told.subscribe(tesla)
    simulator.clock.advance("6h")
    seen = {each.id for each in told.events}
    simulator.close()

    again, _ = begin()
    again.webhooks.receive(URI, told.receiver)
    told.new()
    again.clock.advance("1s")
    assert told.events == []
    turn_key(again, tesla)

    assert [each.changed for each in told.states] == [{LOCK}]
    assert not seen & {each.id for each in told.events}
    again.close()


def test_a_snapshot_goes_back_to_what_was_told_then(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    before = simulator.snapshot()
    turn_key(simulator, tesla)
    (first,) = told.new()

    simulator.restore(before)
    assert told.new() == []
    turn_key(simulator, tesla)

    (again,) = told.states
    assert again.changed == {LOCK}
    assert again.id != first.id  # who drops what came before does not drop it


def test_an_exported_world_has_its_webhooks(simulator: Simulator, told: Told, tesla: str) -> None:
    other = Simulator.from_export(simulator.export())
    other.webhooks.receive(URI, told.receiver)
    assert other.webhooks.get(told.setup.id) == told.setup
    turn_key(other, tesla)

    assert [each.changed for each in told.states] == [{LOCK}]


def test_a_world_does_not_grow_with_what_it_has_told(simulator: Simulator, told: Told) -> None:
    simulator.clock.advance("1d")
    one_day, told_then = len(simulator.world.past()), len(told.events)

    simulator.clock.advance("3d")

    assert len(told.events) > 2 * told_then
    assert len(simulator.world.past()) == one_day


def test_another_seed_has_the_same_webhooks_of_other_cars() -> None:
    file = FleetFile(
        fleet=3,
        webhooks=(
            WebhookEntry(name="all", callback_uri=URI, triggers=(LOCK,), auto_subscribe=True),
        ),
    )
    simulator = Simulator(fleet=file)
    (_, hook) = simulator.webhooks.all()

    simulator.reset(seed=8)

    cars = {simulator.world.fleet.grant(index).vehicle_id for index in range(3)}
    assert {each.vehicle_id for each in simulator.webhooks.subscriptions(hook.id)} == cars


# --- fleet files ----------------------------------------------------------------------------------


def test_a_fleet_file_has_webhooks_with_cars() -> None:
    file = FleetFile(
        cars=(CarEntry(make="TESLA", nickname="Comet"), CarEntry(make="KIA", nickname="Moth")),
        webhooks=(WebhookEntry(name="mine", callback_uri=URI, triggers=(LOCK,), cars=("Comet",)),),
    )
    simulator = Simulator(fleet=file)
    (_, setup) = simulator.webhooks.all()
    told = Told(simulator, name="another")
    simulator.webhooks.receive(URI, told.receiver)

    (comet,) = simulator.control.cars(name="Comet")
    assert [each.vehicle.id for each in told.states] == [comet.id]
    assert told.states[0].meta.webhook_id == setup.id
    assert "callback_uri: " + URI in simulator.export_fleet()
    assert Simulator(fleet=file).webhooks.all() == simulator.webhooks.all()[:2]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"callback_uri": "ftp://x"}, "webhooks[0].callback_uri: 'ftp://x' is no address"),
        ({"triggers": ("charge-charging",)}, "webhooks[0].triggers: There is no signal"),
        ({"cars": ("Nobody",)}, "webhooks[0].cars: No car of this file"),
        ({"cars": ("Alone",)}, "webhooks[0].cars: 'Alone' is not connected"),
        ({"application": "other"}, "webhooks[0].application: No application of this file"),
        ({"kind": "schedule"}, "webhooks[0].interval: a schedule has one"),
        ({"interval": "daily"}, "webhooks[0].interval: only a webhook of kind"),
    ],
)
def test_a_webhook_of_a_file_that_cannot_be_is_refused(said: dict[str, object], why: str) -> None:
    entry = {"name": "mine", "callback_uri": URI, **said}
    file = FleetFile(
        cars=(CarEntry(make="TESLA", nickname="Alone", connected=False),),
        webhooks=(WebhookEntry(**entry),),  # type: ignore[arg-type]
    )

    with pytest.raises(ValueError, match=r"^webhooks") as caught:
        Simulator(fleet=file)

    assert str(caught.value).startswith(why)


# --- v2 -------------------------------------------------------------------------------------------


def test_a_schedule_of_v2_tells_every_so_often(simulator: Simulator, tesla: str) -> None:
    told = Told(simulator, kind="schedule", interval="hourly", paths=("/battery", "/odometer"))
    told.subscribe(tesla)
    simulator.clock.advance("3h")

    assert [type(each) for each in told.events] == [Schedule] * 4
    last = told.events[-1]
    assert isinstance(last, Schedule)
    (readings,) = last.vehicles
    assert readings.vehicle_id == tesla
    assert readings.data[1].body["distance"] > 0


def test_a_dynamic_one_of_v2_tells_more_while_more_happens(
    simulator: Simulator, tesla: str
) -> None:
    told = Told(simulator, kind="dynamic", paths=("/location",))
    told.subscribe(tesla)

    simulator.clock.advance("7d")

    times = [each.at for each in simulator.webhooks.deliveries() if each.kind == "dynamic"]
    waits = [round(later - at) for at, later in pairwise(times)]
    assert {type(each) for each in told.events} == {Dynamic}
    assert min(waits) == 900  # while it drives
    assert max(waits) == 6 * 3600  # while it stands


def test_an_event_based_one_of_v2_tells_of_charging(simulator: Simulator, tesla: str) -> None:
    told = Told(simulator, kind="eventBased")
    told.subscribe(tesla)
    simulator.command(tesla, "park")
    simulator.command(tesla, "adjust", percent=20)
    simulator.command(tesla, "plug-in")
    if not simulator.state(tesla).is_charging:
        simulator.command(tesla, "charge-start")
    simulator.clock.advance("1min")
    simulator.command(tesla, "charge-stop")

    found = [each.event for each in told.events if isinstance(each, EventBased)]
    assert found[-2:] == ["CHARGING_STARTED", "CHARGING_STOPPED"]


# --- by hand --------------------------------------------------------------------------------------


def test_a_webhook_is_told_of_a_car_because_somebody_wants_it(
    simulator: Simulator, told: Told, tesla: str
) -> None:
    hooks = simulator.webhooks
    hooks.trigger(told.setup.id, "VEHICLE_STATE", tesla)
    hooks.trigger(told.setup.id, "VEHICLE_ERROR", tesla, error="VEHICLE_STATE:ASLEEP")
    hooks.trigger(
        told.setup.id, "VEHICLE_ERROR", tesla, error="VEHICLE_STATE:ASLEEP", resolved=True
    )

    assert [each.changed for each in told.states] == [{LOCK}]
    assert told.faults == ["VEHICLE_STATE:ASLEEP ERROR", "VEHICLE_STATE:ASLEEP RESOLVED"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": " "}, "name: "),
        ({"callback_uri": "https://user@example.com/"}, "callback_uri: "),
        ({"callback_uri": "javascript:alert(1)"}, "callback_uri: "),
        ({"error_callback_uri": "https:///x"}, "error_callback_uri: "),
        ({"data": (CHARGE, CHARGE)}, "data: a signal is said twice"),
        ({"kind": "dynamic"}, "triggers: only a webhook of kind signals"),
        ({"kind": "dynamic", "triggers": (), "data": (), "paths": ("/fuel",)}, "paths: "),
        ({"kind": "eventBased", "triggers": (), "data": (), "paths": ("/fuel",)}, "paths: "),
        ({"name": None}, "name: Expected `str`"),
        ({"callback_uri": None}, "callback_uri: Expected `str`"),
        ({"triggers": LOCK}, "triggers: Expected `array`"),
        ({"triggers": (7,)}, "triggers: Expected `str`"),
        ({"is_enabled": "no"}, "is_enabled: Expected `bool`"),
        ({"kind": "hourly"}, "kind: there is no 'hourly': say signals, schedule"),
        ({"interval": "minutely"}, "interval: there is no 'minutely': say hourly"),
        ({"unit_system": "cubits"}, "unit_system: there is no 'cubits': say metric"),
        ({"application": "nobody"}, "There is no application 'nobody'"),
    ],
)
def test_what_no_webhook_can_be_is_refused(
    simulator: Simulator, change: dict[str, object], why: str
) -> None:
    facts = {"name": "a", "callback_uri": URI, "triggers": (LOCK,), "data": (CHARGE,), **change}

    with pytest.raises(ValueError, match=r"\w") as caught:
        simulator.webhooks.set(WebhookSetup(**facts))  # type: ignore[arg-type]

    assert str(caught.value).startswith(why)
    assert len(simulator.webhooks.all()) == 1


def test_a_password_in_an_address_is_not_shown(simulator: Simulator) -> None:
    setup = WebhookSetup(name="a", callback_uri="https://me:opensesame@fleet.example.com/")
    with pytest.raises(ValueError, match="callback_uri: ") as caught:
        simulator.webhooks.set(setup)
    assert "opensesame" not in str(caught.value)


def test_what_is_not_there_cannot_be_told(simulator: Simulator, told: Told) -> None:
    hooks = simulator.webhooks
    unowned = simulator.world.garage
    assert unowned.spec("nobody") is None

    with pytest.raises(LookupError):
        hooks.get("nothing")
    with pytest.raises(LookupError):
        hooks.subscribe(told.setup.id, "nobody")
    with pytest.raises(ValueError, match="tells VEHICLE_STATE and VEHICLE_ERROR"):
        hooks.trigger(told.setup.id, "schedule", car_of(simulator))
    hooks.disable(told.setup.id)
    with pytest.raises(ValueError, match="disabled"):
        hooks.test(told.setup.id)


# --- the controls ---------------------------------------------------------------------------------


def test_a_webhook_is_set_up_and_followed_through_the_controls(
    simulator: Simulator, tesla: str
) -> None:
    control, told = simulator.control, Told(simulator)
    made = control.add_webhook("mine", URI, triggers=[LOCK], data=[CHARGE])
    assert not made.is_verified
    assert control.webhook(made.id).is_verified  # the receiver of this URI has answered by then

    control.subscribe(made.id, tesla)
    turn_key(simulator, tesla)

    (subscription,) = control.webhook_subscriptions(made.id)
    assert subscription.vehicle_id == tesla
    assert subscription.told_at is not None
    sent = control.deliveries(webhook_id=made.id)
    assert [each.kind for each in sent.deliveries] == ["VERIFY", "VEHICLE_STATE", "VEHICLE_STATE"]
    assert [each.triggers for each in sent.deliveries[1:]] == [("FIRST_DELIVERY",), (LOCK,)]
    assert control.deliveries(since=sent.last).deliveries == ()
    assert len(told.states) == 2

    again = control.redeliver(sent.deliveries[-1].event_id)
    assert again.event_id == sent.deliveries[-1].event_id
    assert len(control.delivery(again.event_id).tries) == 2
    changed = control.set_webhook(made.id, name="yours", error_callback_uri=ERRORS)
    assert (changed.name, changed.triggers) == ("yours", (LOCK,))
    assert control.set_webhook(made.id, error_callback_uri="").error_callback_uri is None
    assert not control.disable_webhook(made.id).is_enabled
    assert control.enable_webhook(made.id).is_enabled
    control.unsubscribe(made.id, tesla)
    assert list(control.webhook_subscriptions(made.id)) == []
    control.remove_webhook(made.id)
    assert made.id not in {each.id for each in control.webhooks()}


def test_the_controls_say_which_field_is_wrong(simulator: Simulator, told: Told) -> None:
    control = simulator.control
    with pytest.raises(InvalidRequestError, match="callbackUri: 'nowhere' is no address"):
        control.add_webhook("mine", "nowhere")
    with pytest.raises(InvalidRequestError, match="triggers: There is no signal"):
        control.set_webhook(told.setup.id, triggers=["nothing"])
    with pytest.raises(NotFoundError):
        control.subscribe("nothing", car_of(simulator))
    with pytest.raises(NotFoundError):
        control.subscribe(told.setup.id, "nobody")
    with pytest.raises(NotFoundError):
        control.delivery("nothing")


def test_a_car_that_is_not_connected_is_not_subscribed(simulator: Simulator, told: Told) -> None:
    owner: Owner = new_owner(simulator, "ada@example.com")
    with Smartcar(transport=simulator) as smartcar:
        (connection,) = [
            each for each in smartcar.connections() if each.vehicle_id == owner.vehicle_id
        ]
        smartcar.remove_connection(connection.id)
        with pytest.raises(PermissionDeniedError):
            smartcar.create_subscription(
                webhook_id=told.setup.id,
                user_id=connection.user_id or "",
                vehicle_id=owner.vehicle_id,
            )
    with pytest.raises(ValueError, match="not connected"):
        told.subscribe(owner.vehicle_id)
