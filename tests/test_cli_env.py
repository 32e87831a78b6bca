"""``smartcar simulator env``: what points an SDK at a simulator."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest
from prompt import HERE, own_environment, posix, run

from smartcar import AuthClient, Request
from smartcar.cli.simulator.env import written
from smartcar.simulator import SimulatedApplication, Simulator
from smartcar.simulator.application import DEFAULT_CLIENT_ID, REDIRECT_URI
from smartcar.simulator.environment import SDKS, Sdk, environment
from smartcar.simulator.server import Server

pytestmark = pytest.mark.once

AWKWARD = """it's "a" $HOME\\n `ls`; %PATH% é"""
PAGE = (Path(__file__).parent.parent / "docs" / "simulator.md").read_text()


def printed(*arguments: str, **more: str) -> dict[str, str]:
    done = run("env", *arguments, "--format", "json", **more)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("sdk", "origins", "token_endpoint"),
    [
        ("smartcar-sdk", {"SMARTCAR_ORIGIN"}, None),
        (
            "python",
            {
                "SMARTCAR_API_ORIGIN",
                "SMARTCAR_CONNECT_ORIGIN",
                "SMARTCAR_MANAGEMENT_API_ORIGIN",
                "SMARTCAR_VEHICLE_API_V3_ORIGIN",
            },
            f"{HERE}/oauth/token",
        ),
        (
            "node",
            {"SMARTCAR_API_ORIGIN", "SMARTCAR_MANAGEMENT_API_ORIGIN", "SMARTCAR_API_V3_ORIGIN"},
            HERE,
        ),
        (
            "java",
            {
                "SMARTCAR_API_ORIGIN",
                "SMARTCAR_CONNECT_ORIGIN",
                "SMARTCAR_MANAGEMENT_API_ORIGIN",
                "SMARTCAR_API_V3_ORIGIN",
            },
            HERE,
        ),
        (
            "ruby",
            {
                "SMARTCAR_API_ORIGIN",
                "SMARTCAR_CONNECT_ORIGIN",
                "SMARTCAR_MANAGEMENT_API_ORIGIN",
                "SMARTCAR_VEHICLE_API_ORIGIN",
            },
            HERE,
        ),
        ("rust", {"SMARTCAR_API_ORIGIN", "SMARTCAR_CONNECT_URL"}, f"{HERE}/oauth/token"),
    ],
)
def test_each_sdk_is_told_what_it_reads(
    sdk: Sdk, origins: set[str], token_endpoint: str | None
) -> None:
    told = environment(HERE, SimulatedApplication(), sdk)

    assert {name for name, value in told.items() if value == HERE} - {
        "SMARTCAR_AUTH_ORIGIN"
    } == origins
    assert told.get("SMARTCAR_AUTH_ORIGIN") == token_endpoint
    assert told["SMARTCAR_CLIENT_ID"] == DEFAULT_CLIENT_ID
    assert told["SMARTCAR_REDIRECT_URI"] == REDIRECT_URI


def test_all_sdks_together_are_told_what_each_reads() -> None:
    application = SimulatedApplication()
    together = environment(HERE, application)

    assert set(together) == {name for sdk in SDKS for name in environment(HERE, application, sdk)}
    differing = {
        name
        for sdk in SDKS
        for name, value in environment(HERE, application, sdk).items()
        if together[name] != value
    }
    assert differing == {"SMARTCAR_AUTH_ORIGIN"}


def asked_for_tokens(sdk: Sdk, told: str) -> str:
    """Where *sdk* asks, having read *told*."""
    match sdk:
        case "python" | "rust":
            return told
        case "ruby":
            return urljoin(told, "/oauth/token")
        case _:
            return f"{told}/oauth/token"


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
@pytest.mark.parametrize("sdk", [each for each in SDKS if each != "smartcar-sdk"])
def test_every_sdk_finds_the_tokens(sdk: Sdk, together: bool) -> None:
    simulator = Simulator(seed=7)
    told = environment(HERE, simulator.world.application, None if together else sdk)
    path = asked_for_tokens(sdk, told["SMARTCAR_AUTH_ORIGIN"]).removeprefix(HERE) or "/"

    reply = simulator.send(Request("POST", path, body=b"grant_type=authorization_code&code=x"))

    assert b"invalid_client" in reply.body, reply  # the token endpoint's own word


def test_this_sdk_talks_to_where_env_points(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(Simulator(seed=7)) as server:
        for name, value in printed("--origin", server.origin).items():
            monkeypatch.setenv(name, value)
        url = AuthClient().get_auth_url(["read_odometer"])

    assert url.startswith(f"{server.origin}/oauth/authorize?")


def test_all_is_said_of_the_usual_port_unless_told_otherwise() -> None:
    assert printed() == environment(HERE, SimulatedApplication())
    assert printed("--port", "99", "--sdk", "node")["SMARTCAR_API_ORIGIN"] == "http://127.0.0.1:99"
    assert printed("--origin", "https://cars.test/")["SMARTCAR_ORIGIN"] == "https://cars.test"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--origin", "cars.test"),
        ("--origin", "http://user:geheim@cars.test"),
        ("--origin", HERE, "--port", "1"),
        ("--port", "0"),
        ("--sdk", "cobol"),
        ("--format", "xml"),
    ],
)
def test_a_mistake_is_told(arguments: tuple[str, ...]) -> None:
    done = run("env", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Error" in done.stderr
    assert "geheim" not in done.stderr


def test_what_it_assumes_is_said_beside_the_variables() -> None:
    assert f"simulator at {HERE} whose credentials are public ones" in run("env").stderr
    own = run("env", SMARTCAR_CLIENT_ID="mine").stderr
    assert "whose credentials are this environment's" in own


def test_the_environments_own_secrets_are_not_printed() -> None:
    secrets = {"SMARTCAR_CLIENT_SECRET": "geheim-1", "SMARTCAR_MANAGEMENT_TOKEN": "geheim-2"}
    done = run("env", SMARTCAR_CLIENT_ID="mine", **secrets)

    assert "geheim" not in done.stdout + done.stderr
    assert "SMARTCAR_CLIENT_ID=mine" in done.stdout
    assert not set(secrets) & set(re.findall(r"\w+", done.stdout))
    assert set(secrets) <= set(re.findall(r"\w+", done.stderr))


@posix
def test_a_shell_takes_what_is_printed() -> None:
    line = f'eval "$({sys.executable} -m smartcar simulator env 2>/dev/null)"'
    script = "import json, os; print(json.dumps(dict(os.environ)))"
    done = subprocess.run(
        ["sh", "-c", f"{line}; unset SMARTCAR_SET; exec {sys.executable} -c '{script}'"],
        env=own_environment(SMARTCAR_CLIENT_ID=AWKWARD),
        capture_output=True,
        text=True,
        check=True,
    )
    found = {n: v for n, v in json.loads(done.stdout).items() if n.startswith("SMARTCAR_")}

    assert found == environment(HERE, SimulatedApplication(client_id=AWKWARD))


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("sh", """export X='it'"'"'s "a" \\'"""),
        ("dotenv", '''X="it's \\"a\\" \\\\"'''),
        ("fish", """set -gx X 'it\\'s "a" \\\\'"""),
        ("powershell", """$env:X = 'it''s "a" \\'"""),
        ("json", '{\n  "X": "it\'s \\"a\\" \\\\"\n}'),
    ],
)
def test_each_form_quotes_as_its_reader_unquotes(form: str, line: str) -> None:
    assert written({"X": """it's "a" \\"""}, form) == line


def test_dotenv_is_plain_where_it_can_be() -> None:
    lines = written({"X": HERE, "Y": "a b", "Z": ""}, "dotenv")

    assert lines.splitlines() == [f"X={HERE}", "Y='a b'", "Z=''"]


@posix
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "all_proxy"])
def test_where_there_is_a_proxy_it_is_said_to_ask_without(name: str) -> None:
    proxy = {name: "http://proxy.test:3128", "no_proxy": "a.test"}

    told = printed(**proxy)
    assert told["NO_PROXY"] == told["no_proxy"] == "a.test,127.0.0.1"
    assert printed("--origin", "http://[::1]:99", **proxy)["NO_PROXY"] == "a.test,::1"
    assert "NO_PROXY" not in printed("--origin", "https://cars.test", **proxy)  # may be behind it


@pytest.mark.parametrize("more", [{}, {"HTTP_PROXY": ""}, {"NO_PROXY": "a.test"}], ids=str)
def test_where_there_is_no_proxy_nothing_is_said_of_one(more: dict[str, str]) -> None:
    assert not {"NO_PROXY", "no_proxy"} & set(printed(**more))


# --- the page -------------------------------------------------------------------------------------


def test_what_the_page_shows_of_env_is_what_it_prints() -> None:
    done = run("env", "--sdk", "node")
    assert f"$ smartcar simulator env --sdk node\n{done.stderr}{done.stdout}```" in PAGE


def test_the_greeting_tells_users_of_other_sdks_what_to_do() -> None:
    with Server(Simulator(seed=7)) as server:
        assert f"smartcar simulator env --origin {server.origin}\n" in server.greeting
