"""A world that begins as a file says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smartcar import Smartcar
from smartcar.simulator import (
    FleetFile,
    FleetFileError,
    SimulatedApplication,
    Simulator,
    SqliteJournal,
    load_fleet,
)
from smartcar.simulator.cars.identity import vehicle_id
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.fleet_file import CarEntry, PointEntry, RouteEntry, schema

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "fleet.yaml"
SCHEMA = ROOT / "docs" / "fleet-file.schema.json"


def written(tmp_path: Path, text: str, name: str = "fleet.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def client(simulator: Simulator, client_id: str) -> Smartcar:
    application = simulator.world.applications.called(client_id)
    assert application is not None
    return Smartcar(application.client_id, application.client_secret, transport=simulator)


def test_the_example_begins_as_it_says() -> None:
    simulator = Simulator(fleet=EXAMPLE)
    comet, sleeper = simulator.world.garage.in_mind(2)

    state = simulator.state(comet.id)
    assert (comet.make, comet.model, comet.year) == ("TESLA", "Model 3", 2023)
    assert (comet.nickname, comet.city.name) == ("Comet", "Munich")
    assert (state.soc, state.limit, state.plug) == (pytest.approx(42), 80, "AC")
    assert state.odometer_km == 12345
    assert (state.locked, state.place) == (True, "Home")
    assert not state.is_charging  # until ten
    assert simulator.state(sleeper.id).latitude == pytest.approx(61.2, abs=0.01)
    with client(simulator, "charging-app") as smartcar:
        made = {each.vehicle_id: each for each in smartcar.connections()}
        assert made[comet.id].user_id == "user-ada"
        assert set(made[comet.id].permissions) == {
            *("read_battery", "read_charge", "control_charge")
        }
        cold = smartcar.vehicle(made[sleeper.id]).signal("climate-externaltemperature")
        assert cold.value == -31
        lock = smartcar.vehicle(made[sleeper.id]).signal("closure-islocked")
        assert lock.error.code == "UNREACHABLE"
    with client(simulator, "insurance-app") as smartcar:
        (only,) = smartcar.connections()
        assert (only.vehicle_id, only.permissions) == (comet.id, ("read_odometer",))


def test_cars_drive_and_charge_as_the_file_says() -> None:
    simulator = Simulator(fleet=load_fleet(EXAMPLE))
    comet, sleeper = simulator.world.garage.in_mind(2)

    kinds = [(each.kind, each.text) for each in simulator.agenda(40, vehicle_id=comet.id)]

    assert ("departure", "Comet leaves (route)") in kinds
    assert ("departure", "Comet leaves for Home") in kinds
    first = next(e for e in simulator.agenda(40, vehicle_id=comet.id) if e.kind == "departure")
    assert first.at % 86400 == 7 * 3600  # eight in Munich
    charging = next(
        each for each in simulator.agenda(40, comet.id) if each.kind == "charging-start"
    )
    assert charging.at % 86400 == 21 * 3600
    before = simulator.state(sleeper.id)
    simulator.clock.advance("8w")
    assert simulator.state(sleeper.id).odometer_km == before.odometer_km
    assert simulator.state(sleeper.id).point == before.point


def test_cars_of_the_seed_may_stand_beside_those_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "fleet: 100000\ncars: [{make: KIA, owner: ada@example.com}]\n")

    simulator = Simulator(fleet=str(path))

    with Smartcar(transport=simulator) as smartcar:
        newest = next(iter(smartcar.connections()))
        assert newest.vehicle.make == "KIA"
    assert simulator.world.garage.size == 100_001


def test_the_same_file_gives_the_same_world_and_another_seed_another(tmp_path: Path) -> None:
    path = written(tmp_path, "cars: [{make: BMW}, {make: AUDI}]\n")

    assert Simulator(fleet=path).export() == Simulator(fleet=path).export()
    assert Simulator(1, fleet=path).export() != Simulator(2, fleet=path).export()


def test_json_is_read_too(tmp_path: Path) -> None:
    said = {"cars": [{"make": "FORD", "model": "F-150", "fuel": 10, "locked": False}]}
    path = written(tmp_path, json.dumps(said, indent="\t"), "fleet.json")

    simulator = Simulator(fleet=path)

    (car,) = simulator.world.garage.in_mind(5)
    assert simulator.state(car.id).fuel_percent == pytest.approx(10)
    assert not simulator.state(car.id).locked


def test_all_that_json_can_say_is_understood(tmp_path: Path) -> None:
    """As ``json.dumps`` writes it: a character beyond 65,536 as two halves, 0.00002 as 2e-05."""
    home = {"latitude": 51.5, "longitude": 0.00002}
    said = {"cars": [{"make": "FORD", "nickname": "\N{AUTOMOBILE} \\ud83d\\ude97", "home": home}]}
    path = written(tmp_path, json.dumps(said), "fleet.json")

    (car,) = load_fleet(path).cars
    yaml = written(tmp_path, "cars: [{make: FORD, home: {latitude: 51.5, longitude: 2.0e-05}}]")

    assert car.nickname == "\N{AUTOMOBILE} \\ud83d\\ude97"
    assert car.home == load_fleet(yaml).cars[0].home
    assert car.home is not None
    assert car.home.longitude == 0.00002


def test_half_of_a_character_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, '{"cars": [\n{"make": "FORD", "nickname": "\\ud83d"}]}', "fleet.json")
    with pytest.raises(FleetFileError, match=r"line 2: cars\[0\].nickname: there is half of a"):
        load_fleet(path)


def test_a_world_written_as_a_file_begins_another_like_it(tmp_path: Path) -> None:
    simulator = Simulator(seed=7)
    car = simulator.world.fleet.grant(0).vehicle_id
    simulator.connect("grace@example.com", "KIA")
    simulator.clock.advance("30h")
    simulator.set_signal(car, "wheel-style", "Square", frozen=True)
    text = simulator.export_fleet()

    again = Simulator(fleet=written(tmp_path, text))
    again.clock.set(simulator.clock.now())

    assert again.world.garage.size == 13
    assert [each.code for each in again.overrides(car)] == ["wheel-style"]
    other = Simulator(fleet=written(tmp_path, text))
    assert other.export_fleet() == text
    for spec in simulator.world.garage.in_mind(13):
        same = other.world.garage.spec(spec.id)
        assert same is not None
        assert (same.vin, same.nickname, same.home, same.work) == (
            *(spec.vin, spec.nickname, spec.home, spec.work),
        )


def test_a_fleet_too_large_to_edit_is_not_written() -> None:
    with pytest.raises(ValueError, match="1,000 cars at most"):
        Simulator(fleet=1001).export_fleet()


def test_a_restart_needs_the_file_for_its_applications_only(tmp_path: Path) -> None:
    database = tmp_path / "state.db"
    with Simulator(fleet=EXAMPLE, journal=SqliteJournal(database)) as simulator:
        past = simulator.world.past()
    with Simulator(fleet=EXAMPLE, journal=SqliteJournal(database)) as again:
        assert again.world.past()[: len(past) - 1] == past[: len(past) - 1]
        assert again.world.garage.size == 2
        again.reset()
        assert again.world.past()[: len(past) - 1] == past[: len(past) - 1]


def test_the_environments_credentials_stand_for_the_first_application() -> None:
    own = SimulatedApplication(client_id="charging-app", client_secret="mine")

    simulator = Simulator(fleet=EXAMPLE, application=own)

    assert simulator.credentials.client_id == "charging-app"
    with Smartcar("charging-app", "mine", transport=simulator) as smartcar:
        assert len(list(smartcar.connections())) == 2
    assert len(simulator.world.applications) == 2


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("cars:\n  - make: TESLA\n    charge: 120\n", 3, r"cars\[0\].charge: Expected `float`"),
        ("cars:\n  - make: TESLA\n    colour: Red\n", 2, "unknown field `colour`"),
        ("cars:\n  - model: Model 3\n", 2, "missing required field `make`"),
        ("cars:\n  - make: TESLA\n    model: Model Three\n", 3, "it is one of Model 3, Model S"),
        ("cars:\n  - make: BMW\n    city: Munchen\n", 3, "There is no city 'Munchen'"),
        ("cars:\n  - make: FORD\n    model: F-150\n    charge: 5\n", 4, "has no plug"),
        ("cars:\n  - make: TESLA\n    fuel: 5\n", 3, "has no tank"),
        (
            "cars:\n  - make: KIA\n    model: EV6\n    schedules: [{start: 22:00, stop: 06:00}]\n",
            4,
            "Only a TESLA or a VOLVO",
        ),
        ("cars:\n  - make: TESLA\n    schedules: [{start: 25:00, stop: 06:00}]\n", 3, "start"),
        (
            "cars:\n  - make: TESLA\n    city: Munich\n    position: {latitude: 0, longitude: 0}\n",
            4,
            "more than 200 km from Munich",
        ),
        ("cars:\n  - make: BMW\n    vin: short\n", 3, "vin"),
        (
            ("cars:\n"
            "  - {make: BMW, vin: WBA00000000000001}\n"
            "  - {make: BMW, vin: WBA00000000000001}\n"),
            3,
            r"is the vin of cars\[0\], too",
        ),
        ("cars:\n  - make: BMW\n    signals:\n      odometr: 5\n", 3, "There is no signal"),
        (
            "cars:\n  - make: BMW\n    signals:\n      odometer-traveleddistance: far\n",
            4,
            "cannot be so",
        ),
        ("cars: []\ngrants:\n  - car: Comet\n", 3, "No car of this file has the id"),
        (
            "cars: [{make: BMW, nickname: A}]\ngrants:\n  - {car: A, application: x}\n",
            3,
            "No application of this file",
        ),
        (
            "cars: [{make: BMW, nickname: A}]\ngrants:\n  - {car: A, permissions: [read_mind]}\n",
            3,
            "There is no permission 'read_mind'",
        ),
        (
            ("applications:\n"
            "  - {client_id: a, application_id: x}\n"
            "  - {client_id: b, application_id: x}\n"),
            1,
            "Two applications have the same application_id",
        ),
        ("cars: [\n  {make: BMW\n", 3, "no YAML or JSON"),
        ("cars: [{make: BMW, make: AUDI}]\n", 1, "said twice"),
        ("version: 2\n", 1, "version"),
        ("- make: BMW\n", 1, "Expected `object`"),
        ("owners:\n  - {email: a@b, user_id: x}\n  - {email: A@b, user_id: y}\n", 2, "two user"),
        ("cars:\n  - {make: BMW, owner: smartcar@no-vehicles.com}\n", 2, "nobody can own"),
        (
            "cars:\n- make: TESLA\n  schedules:\n  - {start: 22:00, stop: 06:00, days: []}\n",
            4,
            "length >= 1",
        ),
        ("cars:\n- make: TESLA\n  routes: [{leaves: 08:00, to: home, days: []}]\n", 3, "length"),
        (f"fleet: 9\ncars:\n  - make: BMW\n    id: {vehicle_id(0, 8)}\n", 4, "made of the seed"),
        (f"cars:\n  - make: BMW\n    id: {PLAYGROUND_ID}\n", 3, "that of the playground"),
        ("cars:\n  - make: BMW\n    owner: ' '\n", 3, "It is empty"),
        ("owners:\n  - {email: ' ', user_id: x}\n", 2, "It is empty"),
        ("owners:\n- {email: a@b, user_id: x}\n- {email: c@d, user_id: x}\n", 3, "id of owners"),
        (
            "cars: [{make: BMW, nickname: A}]\ngrants:\n  - car: A\n  - car: A\n",
            4,
            "this car and application already",
        ),
        ("cars:\n  - make: TSELA\n", 2, "did you mean TESLA"),
        ("cars:\n  - make: Q\n", 2, "there is AUDI, .* say its model and powertrain"),
        ("applications:\n  - client_id: a\n    redirect_uris: [not a uri]\n", 3, "no address"),
        ('applications:\n  - client_id: "a\\nb"\n', 2, "client_id"),
        ('applications:\n  - client_id: "a\\n"\n', 2, "client_id"),
        ("seed: -1\n", 1, "seed"),
        ("seed: 9007199254740993\n", 1, "seed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    path = written(tmp_path, text)

    with pytest.raises(FleetFileError, match=why) as caught:
        Simulator(fleet=path)

    assert str(caught.value).startswith(f"{path}, line {line}: ")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"&a [*a]", b"cars: !!python/name:os.system"])
def test_what_is_no_fleet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_bytes(content)

    with pytest.raises(FleetFileError, match=str(path)):
        load_fleet(path)


def test_words_of_yaml_1_1_are_only_words(tmp_path: Path) -> None:
    path = written(tmp_path, "cars:\n  - make: TESLA\n    nickname: no\n    color: 12:30\n")

    (entry,) = load_fleet(path).cars

    assert (entry.nickname, entry.color) == ("no", "12:30")


def test_the_documentation_shows_the_example() -> None:
    page = (ROOT / "docs" / "fleet-files.md").read_text(encoding="utf-8")
    assert f"```yaml\n{EXAMPLE.read_text(encoding='utf-8')}```" in page


def test_a_car_that_has_the_id_of_one_of_the_seed_that_is_asked_for_is_refused(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, f"fleet: 9\ncars: [{{make: BMW, id: {vehicle_id(5, 8)}}}]\n")

    assert Simulator(fleet=path).world.garage.size == 10
    with pytest.raises(FleetFileError, match="made of the seed"):
        Simulator(5, fleet=path)


def test_a_make_of_ones_own_needs_its_model_and_powertrain(tmp_path: Path) -> None:
    path = written(tmp_path, "cars: [{make: Q, model: One, powertrain: BEV}, {make: LEXUS}]\n")

    cars = list(Simulator(fleet=path).world.garage.in_mind(2))
    assert [each.make for each in cars] == ["Q", "LEXUS"]


def test_a_playground_that_was_driven_is_not_written(tmp_path: Path) -> None:
    simulator = Simulator(fleet=2)
    simulator.command(PLAYGROUND_ID, "wake")

    again = Simulator(fleet=written(tmp_path, simulator.export_fleet()))
    assert again.world.garage.size == 2


@pytest.mark.parametrize("seed", [-1, 2**53 + 1])
def test_a_seed_that_no_file_holds_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed must be"):
        Simulator(seed)
    simulator = Simulator()
    with pytest.raises(ValueError, match="seed must be"):
        simulator.reset(seed)


def test_editors_get_the_schema_of_today() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


def test_cars_of_two_files_with_one_id_drive_each_as_its_own_file_says() -> None:
    def driven(routes: tuple[RouteEntry, ...] | None) -> float:
        car = CarEntry(make="TESLA", city="Munich", routes=routes)
        simulator = Simulator(fleet=FleetFile(cars=(car,)))
        (spec,) = simulator.world.garage.in_mind(1)
        before = simulator.state(spec.id).odometer_km
        simulator.clock.advance("1d")
        return simulator.state(spec.id).odometer_km - before

    there = RouteEntry(leaves="12:00", to=PointEntry(latitude=48.2, longitude=11.7))

    assert driven((there,)) != driven(None)


def test_a_car_drives_over_the_antimeridian_as_anywhere(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "cars: [{make: TESLA, home: {latitude: 0, longitude: 179.999}, routes: "
        "[{leaves: 12:00, to: {latitude: 0, longitude: -179.9}}, {leaves: 20:00, to: home}]}]\n",
    )
    simulator = Simulator(fleet=path)
    (car,) = simulator.world.garage.in_mind(1)
    before = simulator.state(car.id).odometer_km
    begun = simulator.clock.now()
    simulator.clock.advance("1d")

    driven = simulator.state(car.id).odometer_km - before
    assert 15 < driven < 80
    trail = simulator.trail(car.id, begun, simulator.clock.now())
    assert all(-180 <= longitude <= 180 for _, longitude in trail)
    assert {longitude > 0 for _, longitude in trail} == {True, False}
    assert load_fleet(written(tmp_path, simulator.export_fleet())).cars
