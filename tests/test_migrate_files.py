"""Which files ``smartcar migrate`` reads, and what it says of those that it does not."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import pytest

from smartcar.migration.files import LARGEST
from smartcar.migration.scan import scan

# --- which files ---------------------------------------------------------------------------------

CALL: Final = "import smartcar\nsmartcar.get_user(token)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one call that counts."""
    (tmp_path / "main.py").write_text(CALL)
    return tmp_path


@pytest.mark.parametrize(
    "folder", [".git", "node_modules", ".venv", "__pycache__", "build", "lib/site-packages"]
)
def test_other_peoples_code_is_not_looked_into(project: Path, folder: str) -> None:
    (project / folder).mkdir(parents=True)
    (project / folder / "x.py").write_text(CALL)
    report = scan([project])
    assert [Path(each.path).name for each in report.findings] == ["main.py"]
    assert str(project / folder) in report.left_out


def test_a_virtual_environment_of_any_name_is_not_looked_into(project: Path) -> None:
    (project / "snake").mkdir()
    (project / "snake" / "pyvenv.cfg").touch()
    (project / "snake" / "x.py").write_text(CALL)
    assert scan([project]).left_out == {str(project / "snake"): "a virtual environment"}


def test_what_cannot_be_read_is_told(project: Path) -> None:
    (project / "large.py").write_bytes(b"#" * (LARGEST + 1))
    (project / "binary.py").write_bytes(b"\x80\x00smartcar\xff")
    (project / "zero.py").write_bytes(b"import smartcar\0")
    (project / "odd.py").write_bytes(b"# coding: nonsense\nimport smartcar")
    (project / "deep.py").write_text("import smartcar\nx = " + "(" * 5000)
    (project / "no.ipynb").write_text("smartcar")
    (project / "folder.py").mkdir()
    report = scan([project])
    assert {Path(path).name for path in report.left_out} == {
        *("large.py", "binary.py", "zero.py", "odd.py", "deep.py", "no.ipynb")
    }
    assert len(report.findings) == 1


def test_a_file_says_its_own_encoding(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_bytes(f"# coding: latin-1\n# é\n{CALL}".encode("latin-1"))
    assert [each.line for each in scan([path]).findings] == [4]


def test_a_mark_of_byte_order_is_no_matter(tmp_path: Path) -> None:
    for name, text in (("x.py", CALL), ("x.js", "require('smartcar').getUser(t)")):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert scan([tmp_path]).left_out == {}


def test_links_that_go_round_are_not_followed(project: Path) -> None:
    (project / "loop").symlink_to(project, target_is_directory=True)
    (project / "gone.py").symlink_to(project / "nothing.py")
    report = scan([project])
    assert len(report.findings) == 1
    assert report.left_out[str(project / "loop")] == "a link to a folder"
    assert str(project / "gone.py") in report.left_out


def test_a_file_that_is_named_twice_is_told_once(project: Path) -> None:
    assert len(scan([project, project / "main.py", project]).findings) == 1


def test_a_folder_that_may_not_be_read_is_told_and_does_not_stop_it() -> None:
    with tempfile.TemporaryDirectory() as name:
        root, closed = Path(name), Path(name, "closed")
        root.chmod(0o755)
        (root / "main.py").write_text(CALL)
        closed.mkdir(mode=0)
        user = os.geteuid()
        try:
            os.seteuid(user or 65534)  # root may read everything
            report = scan([root])
        finally:
            os.seteuid(user)
        assert report.left_out == {str(closed): "Permission denied"}
        assert len(report.findings) == 1
