import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from smartcar.simulator.connect.assets import ICON, SCRIPT, STYLESHEET, asset
from smartcar.simulator.connect.brands import BRANDS, BrandRow, find_brand, matching, monogram
from smartcar.simulator.connect.pages import (
    PERMISSION_WORDS,
    Form,
    PermissionRow,
    VehicleRow,
    brand_list,
    done_page,
    grant,
    permission_words,
    preamble,
    problem_page,
    sign_in,
    sign_in_again,
)

# As the permissions of the v2 and v3 documentation are listed, and one seen live.
PERMISSIONS = [
    "read_alerts",
    "read_battery",
    "read_charge",
    "read_charge_events",
    "read_charge_locations",
    "read_charge_records",
    "read_climate",
    "read_compass",
    "read_diagnostics",
    "read_engine_oil",
    "read_extended_vehicle_info",
    "read_fuel",
    "read_location",
    "read_odometer",
    "read_security",
    "read_service_history",
    "read_speedometer",
    "read_thermometer",
    "read_tires",
    "read_user_profile",
    "read_vehicle_info",
    "read_vin",
    "control_charge",
    "control_climate",
    "control_ignition",
    "control_navigation",
    "control_pin",
    "control_security",
    "control_trunk",
]

VOID = {"br", "hr", "img", "input", "link", "meta", "circle", "path", "wbr"}
HOSTILE = "\"><script>alert(1)</script>'&{{ 7 * 7 }}"


@dataclass(slots=True)
class Element:
    """One element, the elements around it, and the text inside it."""

    tag: str
    attributes: dict[str, str | None]
    around: tuple["Element", ...]
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def within(self, tag: str) -> "Element | None":
        return next((outer for outer in self.around if outer.tag == tag), None)


@dataclass
class Page(HTMLParser):
    """A page taken apart; refuses elements left open."""

    html: str
    elements: list[Element] = field(default_factory=list[Element])
    still_open: list[Element] = field(default_factory=list[Element])

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        assert not self.still_open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(self.still_open))
        self.elements.append(element)
        if tag not in VOID:
            self.still_open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.still_open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.still_open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element[name] == attributes[name] for name in attributes)
        ]

    def by_id(self, name: str) -> Element:
        (element,) = [element for element in self.elements if element["id"] == name]
        return element

    def sent(self, button: Element) -> list[tuple[str, str]]:
        """What a browser sends when *button* is pressed and nothing else was touched."""
        form = button.within("form")
        assert form is not None
        pairs = [
            (control["name"], control["value"])
            for control in self.all("input")
            if form in control.around
            and "disabled" not in control.attributes
            and (control["type"] not in {"checkbox", "radio"} or "checked" in control.attributes)
        ]
        if button["name"]:
            pairs.append((button["name"], button["value"]))
        return pairs


def permission(name: str, *, required: bool = False) -> PermissionRow:
    return PermissionRow(name, permission_words(name), required)


FORM = Form("/oauth/authorize", {"session": "s1"})
TESLA = BrandRow("TESLA", "Tesla")
ASKED = (
    permission("read_vin", required=True),
    permission("read_odometer"),
    permission("control_charge"),
)
CARS = (
    VehicleRow("v1", "TESLA", "Model 3", 2023),
    VehicleRow("v2", "TESLA", "Model Y", 2024),
    VehicleRow("v3", "TESLA", "Roadster", 2010, compatible=False),
)


def overview(app_name: str = "Demo", *, form: Form = FORM) -> str:
    return preamble(app_name=app_name, permissions=ASKED, form=form, country="DE")


def brands(search: str = "", *, app_name: str = "Demo", form: Form = FORM) -> str:
    return brand_list(app_name=app_name, brands=BRANDS, search=search, form=form)


def login(username: str = "", problem: str | None = None, *, form: Form = FORM) -> str:
    return sign_in(app_name="Demo", brand=TESLA, username=username, problem=problem, form=form)


def approval(
    *,
    app_name: str = "Demo",
    single_select: bool = False,
    problem: str | None = None,
    form: Form = FORM,
) -> str:
    return grant(
        app_name=app_name,
        brand=TESLA,
        vehicles=CARS,
        single_select=single_select,
        permissions=ASKED,
        problem=problem,
        form=form,
    )


def again(owner: str = "ada@example.com", problem: str | None = None, *, form: Form = FORM) -> str:
    return sign_in_again(
        app_name="Demo",
        brand=TESLA,
        vehicle=CARS[0],
        owner=owner,
        username=owner,
        problem=problem,
        form=form,
    )


def dead_end() -> str:
    return problem_page(title="Unknown app", message="We do not know it.", detail="client_id x")


PAGES = {
    "preamble": overview(),
    "brand list": brands(),
    "brand list, searched": brands("vw"),
    "brand list, nothing found": brands("zzz"),
    "sign in": login(),
    "sign in, refused": login("ada@example.com", "Try again."),
    "grant": approval(),
    "grant, single select, refused": approval(single_select=True, problem="Choose a car."),
    "sign in again": again(),
    "sign in again, refused": again(problem="Try again."),
    "done": done_page(title="You are connected", message="You can close this page."),
    "problem": dead_end(),
}


@pytest.fixture(params=list(PAGES.values()), ids=list(PAGES))
def page(request: pytest.FixtureRequest) -> Page:
    return Page(request.param)


def test_pages_ask_for_nothing_but_their_own_files(page: Page) -> None:
    assert page.html.startswith("<!doctype html>")
    assert not page.all("style")
    assert [link["href"] for link in page.all("link")] == [ICON, STYLESHEET]
    for script in page.all("script"):
        assert (script["src"], script.text) == (SCRIPT, "")
    for element in page.elements:
        assert not {"style", "onclick", "onsubmit"} & element.attributes.keys()
        assert element.tag == "script" or not element["src"]
        assert not element["href"].startswith(("http", "//", "data:", "javascript:"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [(STYLESHEET, "text/css"), (SCRIPT, "text/javascript"), (ICON, "image/svg+xml")],
)
def test_the_files_of_pages_ask_for_nothing_more(path: str, kind: str) -> None:
    reply = asset(path)
    assert reply is not None
    assert reply.headers["content-type"].startswith(kind)
    for way_out in (b"url(", b"@import", b"fetch(", b"import(", b"href="):
        assert way_out not in reply.body


def test_there_is_no_other_file() -> None:
    assert asset("/oauth/static/../pages.py") is None


def test_pages_have_one_heading_a_main_landmark_a_language_and_the_honest_footer(
    page: Page,
) -> None:
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("header")) == 1
    assert page.all("html", lang="en")
    assert page.all("title")[0].text.strip() != "· Connect"
    (footer,) = page.all("footer")
    honest, _, works = footer.text.strip().partition("; ")
    assert honest == "Simulated by smartcar-sdk. No real account is contacted"
    # Where an account is named, it must be that one.
    names_one = "account again" in page.all("h1")[0].text
    assert works.splitlines()[0] == (
        "any password works." if names_one else "any e-mail and password work."
    )


def test_every_input_has_a_label_and_every_button_a_name(page: Page) -> None:
    labelled = {label["for"] for label in page.all("label")}
    for control in page.all("input"):
        if control["type"] != "hidden":
            label = control.within("label")
            assert control["id"] in labelled or (label and label.text.strip()), control
    for button in page.all("button"):
        assert button.text.strip()


def test_ids_are_unique_and_descriptions_point_at_something(page: Page) -> None:
    ids = [element["id"] for element in page.elements if element["id"]]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            assert not element[attribute] or element[attribute] in ids


def test_every_form_goes_where_it_is_told_and_carries_the_hidden_fields(page: Page) -> None:
    for form in page.all("form"):
        assert form["action"] == FORM.action
        carried = [(i["name"], i["value"]) for i in page.all("input") if form in i.around]
        assert ("session", "s1") in carried


@pytest.mark.parametrize(
    ("html", "step"), [(overview(), 1), (brands(), 2), (login(), 3), (approval(), 4)]
)
def test_the_stepper_says_where_the_owner_is(html: str, step: int) -> None:
    steps = [item for item in Page(html).all("li") if item.within("nav")]
    assert [index for index, item in enumerate(steps, 1) if item["aria-current"] == "step"] == [
        step
    ]
    assert [item["class"] for item in steps].count("done") == step - 1


@pytest.mark.parametrize("html", [overview(), brands(), login(), approval(), again()])
def test_exit_says_no(html: str) -> None:
    page = Page(html)
    assert page.sent(page.by_id("exit-button")) == [("session", "s1"), ("decision", "deny")]


@pytest.mark.parametrize(
    "html",
    [
        preamble(app_name="Demo", permissions=ASKED, form=FORM, country="", brand_is_given=True),
        sign_in(
            app_name="Demo", brand=TESLA, username="", problem=None, form=FORM, brand_is_given=True
        ),
    ],
)
def test_where_the_app_chose_the_brand_choosing_it_is_no_step(html: str) -> None:
    steps = [item.text for item in Page(html).all("li") if item.within("nav")]
    assert len(steps) == 3
    assert "Brand" not in " ".join(steps)


def test_exit_is_missing_where_there_is_no_way_back() -> None:
    html = preamble(app_name="Demo", permissions=ASKED, form=FORM, country="", can_exit=False)
    assert "exit-button" not in html
    assert "exit-button" not in dead_end()


def test_the_preamble_says_what_is_asked_and_goes_on() -> None:
    page = Page(overview())
    assert page.sent(page.by_id("continue-button")) == [("session", "s1"), ("step", "brands")]
    assert "Total distance driven" in page.html
    assert "Germany" in page.html


def test_the_preamble_marks_what_is_required() -> None:
    marked = [item.text for item in Page(overview()).all("li") if "Required" in item.text]
    assert [text.split(" Required")[0] for text in marked] == [permission_words("read_vin")]


@pytest.mark.parametrize(("country", "chosen"), [("DE", "DE"), ("", ""), ("JP", "JP")])
def test_the_country_is_the_one_that_the_app_named_if_any(country: str, chosen: str) -> None:
    page = Page(preamble(app_name="Demo", permissions=(), form=FORM, country=country))
    options = page.all("option")
    assert [each["value"] for each in options if "selected" in each.attributes] == [chosen]
    assert {"", "DE", "US"} <= {each["value"] for each in options}


def test_every_brand_has_the_button_that_browser_tests_press() -> None:
    page = Page(brands())
    for brand in BRANDS:
        button = page.by_id(brand.make)
        assert (button.tag, button["class"]) == ("button", "brand-list-item")
        assert ("disabled" in button.attributes) is not brand.available
        assert page.sent(button)[-1] == ("make", brand.make)


def test_a_missing_brand_can_be_reported() -> None:
    page = Page(brands("zzz"))
    assert page.all("button", name="step", value="no-brand")
    assert not page.all("button", **{"class": "brand-list-item"})


def test_search_is_a_get_form_that_comes_back_to_the_brands() -> None:
    page = Page(
        brands(
            "vw",
            form=Form("/oauth/authorize", {"session": "s1", "step": "old", "brand_search": "x"}),
        )
    )
    box = page.by_id("brand-search")
    form = box.within("form")
    assert form is not None
    assert form["method"] == "get"
    sent = [(i["name"], i["value"]) for i in page.all("input") if form in i.around]
    assert sorted(sent) == [("brand_search", "vw"), ("session", "s1"), ("step", "brands")]
    assert [b["id"] for b in page.all("button", **{"class": "brand-list-item"})] == ["VOLKSWAGEN"]


@pytest.mark.parametrize(
    ("search", "make"),
    [
        ("vw", "VOLKSWAGEN"),
        ("Chevy", "CHEVROLET"),
        ("citroen", "CITROEN"),
        ("mercedes benz", "MERCEDES-BENZ"),
        ("land_rover", "LAND_ROVER"),
        (" tesla ", "TESLA"),
    ],
)
def test_search_forgives_case_accents_and_punctuation(search: str, make: str) -> None:
    assert [brand.make for brand in matching(search)] == [make]


def test_an_empty_search_finds_everything_and_nonsense_nothing() -> None:
    assert matching("  ") == BRANDS
    assert matching("???") == ()


def test_brands_are_distinct_sorted_and_spelled_for_the_wire() -> None:
    makes = [brand.make for brand in BRANDS]
    assert len(set(makes)) == len(makes) >= 40
    assert makes == sorted(makes)
    assert all(make == make.upper() and " " not in make for make in makes)
    assert any(not brand.available for brand in BRANDS)


def test_a_make_is_found_however_it_is_written() -> None:
    assert find_brand("mercedes_benz") == find_brand("MERCEDES-BENZ") is not None
    assert find_brand("Trabant") is None


def test_marks_are_initials() -> None:
    assert [monogram(name) for name in ("Land Rover", "Tesla", "!")] == ["LR", "Te", "!"]
    volkswagen = find_brand("volkswagen")
    assert volkswagen is not None
    assert volkswagen.monogram == "VW"


def test_signing_in_sends_what_was_typed() -> None:
    page = Page(login("ada@example.com"))
    sent = page.sent(page.by_id("sign-in-button"))
    assert sent == [("session", "s1"), ("username", "ada@example.com"), ("password", "")]
    assert page.by_id("password")["type"] == "password"


def test_a_refused_sign_in_is_announced_and_tied_to_its_fields() -> None:
    page = Page(login("ada@example.com", "Try again."))
    assert page.by_id("problem")["role"] == "alert"
    assert page.by_id("username")["aria-describedby"] == "problem"
    assert page.by_id("password")["aria-invalid"] == "true"
    assert "problem" not in [element["id"] for element in Page(login()).elements]


def test_signing_in_again_says_who_and_for_which_car() -> None:
    page = Page(again("ada@example.com"))
    (main,) = page.all("main")
    assert "ada@example.com" in main.text
    assert "Tesla Model 3, 2023" in main.text
    assert page.by_id("username")["value"] == "ada@example.com"
    assert page.by_id("password")["value"] == ""
    assert page.by_id("sign-in-button")


def test_a_good_end_is_no_problem() -> None:
    page = Page(done_page(title="You are connected", message="You can close this page."))
    assert "try again" not in page.all("main")[0].text.lower()
    assert not page.all("form")


def test_another_brand_can_be_chosen_unless_the_app_chose_it() -> None:
    page = Page(login(form=Form("/x", {"session": "s1", "make": "TESLA", "step": "sign-in"})))
    (button,) = page.all("button", value="brands")
    assert page.sent(button) == [("session", "s1"), ("step", "brands")]
    fixed = sign_in(
        app_name="Demo", brand=TESLA, username="", problem=None, form=FORM, brand_is_given=True
    )
    assert not Page(fixed).all("button", value="brands")


def test_approving_untouched_sends_every_possible_car_and_every_permission() -> None:
    page = Page(approval())
    sent = page.sent(page.by_id("approval-button"))
    assert [value for name, value in sent if name == "vehicle_id"] == ["v1", "v2"]
    assert sorted(value for name, value in sent if name == "permission") == [
        "control_charge",
        "read_odometer",
        "read_vin",
    ]
    assert sent[-1] == ("decision", "allow")


def test_a_required_permission_arrives_though_it_cannot_be_unticked() -> None:
    page = Page(approval())
    (box,) = page.all("input", type="checkbox", value="read_vin")
    assert {"checked", "disabled"} <= box.attributes.keys()
    label = box.within("label")
    assert label is not None
    assert "Required" in label.text
    assert page.sent(page.by_id("approval-button")).count(("permission", "read_vin")) == 1


def test_what_an_owner_left_unticked_stays_so_after_a_problem() -> None:
    page = Page(
        grant(
            app_name="Demo",
            brand=TESLA,
            vehicles=CARS,
            single_select=False,
            permissions=ASKED,
            problem="Choose a car.",
            form=FORM,
            chosen=[],
            ticked=["read_odometer"],
        )
    )
    sent = page.sent(page.by_id("approval-button"))
    assert not [value for name, value in sent if name == "vehicle_id"]
    assert sorted(value for name, value in sent if name == "permission") == [
        "read_odometer",
        "read_vin",
    ]


def test_declining_says_no() -> None:
    page = Page(approval())
    assert page.sent(page.by_id("deny-button"))[-1] == ("decision", "deny")


def test_single_select_offers_radios_with_one_chosen() -> None:
    page = Page(approval(single_select=True))
    radios = page.all("input", type="radio", name="vehicle_id")
    assert len(radios) == 3
    assert [radio["value"] for radio in radios if "checked" in radio.attributes] == ["v1"]
    assert not page.all("input", type="checkbox", name="vehicle_id")


def test_only_the_grant_page_has_page_content() -> None:
    assert {name for name, html in PAGES.items() if "page-content" in html} == {
        "grant",
        "grant, single select, refused",
    }


def test_a_car_of_an_unknown_make_is_still_shown() -> None:
    html = grant(
        app_name="Demo",
        brand=TESLA,
        vehicles=[VehicleRow("v1", "TRABANT", "601", 1989)],
        single_select=False,
        permissions=(),
        problem=None,
        form=FORM,
    )
    assert "Trabant 601" in html


@pytest.mark.parametrize(
    "html",
    [
        overview(HOSTILE, form=Form(HOSTILE, {HOSTILE: HOSTILE})),
        brands(HOSTILE, app_name=HOSTILE, form=Form(HOSTILE, {HOSTILE: HOSTILE})),
        login(HOSTILE, HOSTILE),
        again(HOSTILE, HOSTILE),
        done_page(title=HOSTILE, message=HOSTILE),
        approval(app_name=HOSTILE, problem=HOSTILE),
        problem_page(title=HOSTILE, message=HOSTILE, detail=HOSTILE),
    ],
)
def test_hostile_text_is_only_text(html: str) -> None:
    page = Page(html)
    assert not [script for script in page.all("script") if script["src"] != SCRIPT]
    assert not "".join(script.text for script in page.all("script"))
    assert "49" not in html
    assert HOSTILE in page.all("html")[0].text


def test_a_hostile_e_mail_comes_back_whole_in_its_field() -> None:
    assert Page(login(HOSTILE)).by_id("username")["value"] == HOSTILE


@pytest.mark.parametrize("name", PERMISSIONS)
def test_every_permission_has_plain_words(name: str) -> None:
    words = permission_words(name)
    assert words != name
    assert "_" not in words
    assert words[0].isupper()


def test_words_are_distinct_and_an_unknown_permission_keeps_its_name() -> None:
    assert len(set(PERMISSION_WORDS.values())) == len(PERMISSION_WORDS) == len(PERMISSIONS)
    assert permission_words("read_dreams") == "read_dreams"


def test_without_the_package_that_draws_pages_it_says_what_to_install() -> None:
    program = """
import sys
sys.modules["jinja2"] = None
from smartcar import Request
from smartcar.simulator import Simulator
simulator = Simulator()
query = {"client_id": simulator.world.application.client_id, "response_type": "none"}
try:
    simulator.send(Request("GET", "/oauth/authorize", query))
except ImportError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout == (
        "Connect's pages need the package jinja2: pip install 'smartcar-sdk[simulator]'\n"
    )
