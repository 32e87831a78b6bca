"""``smartcar migrate`` finds the official SDKs among what a project depends on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from smartcar.migration.scan import scan

ASKED: Final = [
    ("requirements.txt", "smartcar", "smartcar", 1, 1),
    ("requirements.txt", "smartcar; python_version > '3'", "smartcar; python_version > '3'", 1, 1),
    ("environment.yaml", '  - "smartcar>=6"', "smartcar>=6", 1, 6),
    ("requirements-dev.in", "x\nsmartcar>=6  # cars", "smartcar>=6  # cars", 2, 1),
    ("requirements/base.txt", "smartcar==6.19.1", "smartcar==6.19.1", 1, 1),
    ("requirements.txt", "Smartcar @ git+https://x", "Smartcar @ git+https://x", 1, 1),
    ("requirements.txt", "-e git+https://x#egg=smartcar", "git+https://x#egg=smartcar", 1, 4),
    ("requirements.txt", "git+ssh://x/y@v6#egg=smartcar", "git+ssh://x/y@v6#egg=smartcar", 1, 1),
    (
        "requirements.txt",
        "a\n--editable=git+x#subdirectory=y&egg=smartcar[z]",
        "git+x#subdirectory=y&egg=smartcar[z]",
        2,
        12,
    ),
    ("constraints.txt", "smartcar==6.19.1", "smartcar==6.19.1", 1, 1),
    (
        "pyproject.toml",
        "[project]\ndependencies = [\n  \"smartcar==6; python_version > '3'\",\n]",
        "smartcar==6; python_version > '3'",
        3,
        3,
    ),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["requests", "smartcar>=6"]',
        "smartcar>=6",
        2,
        29,
    ),
    ("pyproject.toml", '[dependency-groups]\ndev=["smartcar[x]"]', "smartcar[x]", 2, 6),
    (
        "pyproject.toml",
        "[project.optional-dependencies]\ncars=['smartcar']",
        "smartcar",
        2,
        7,
    ),
    ("pyproject.toml", '[tool.poetry.dependencies]\nsmartcar = "^6"', 'smartcar = "^6"', 2, 1),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies.smartcar]\nversion = "^6"',
        "[tool.poetry.dependencies.smartcar]",
        1,
        1,
    ),
    ("Pipfile", '[packages]\nsmartcar = "*"', 'smartcar = "*"', 2, 1),
    ("environment.yml", "  - smartcar==6.19.1", "smartcar==6.19.1", 1, 5),
    ("setup.cfg", "[options]\ninstall_requires =\n  smartcar>=6", "smartcar>=6", 3, 3),
    ("setup.cfg", "[options]\ninstall_requires = smartcar", "smartcar", 2, 20),
    ("setup.py", 'setup(install_requires=["x", "smartcar>=6"])', "smartcar>=6", 1, 30),
    ("setup.py", 'REQUIRES = ["smartcar"]\nsetup(install_requires=REQUIRES)', "smartcar", 1, 13),
    (
        "package.json",
        '{"dependencies": {"smartcar": "10.4.0"}}',
        '"smartcar": "10.4.0"',
        1,
        19,
    ),
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked[0]}: {asked[1]}")
def test_a_dependency_is_found(tmp_path: Path, asked: tuple[str, str, str, int, int]) -> None:
    name, text, old, line, column = asked
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    (found,) = scan([tmp_path]).findings
    assert (found.call, found.old, found.line, found.column) == ("dependency", old, line, column)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "smartcar-sdk>=1\nmy-smartcar"),
        ("pyproject.toml", '[project]\nname = "smartcar"\ndependencies = ["smartcar-sdk"]'),
        ("pyproject.toml", '[project]\ndependencies = ["x"] # "smartcar"\nkeywords=["smartcar"]'),
        ("package.json", '{"name": "smartcar-shop", "scripts": {"smartcar": "node ."}}'),
        ("setup.cfg", "[metadata]\nname = smartcar"),
        ("setup.py", 'setup(name="smartcar", install_requires=["smartcar-sdk"])'),
        ("notes.txt", "smartcar"),
    ],
)
def test_other_dependencies_are_left_alone(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert scan([tmp_path]).findings == []


@pytest.mark.parametrize(
    ("name", "text"), [("pyproject.toml", "[smartcar"), ("package.json", '{"smartcar": ')]
)
def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert list(scan([tmp_path]).left_out) == [str(tmp_path / name)]
