"""The programs of a project, which know each other by their imports."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

from .files import NOTEBOOK, PYTHON, SCRIPTS
from .found import Finding
from .javascript import Script
from .notebook import Notebook
from .python import UNMISTAKABLE, Program, parsed
from .row import camel

_ROUNDS: Final = 12
"""How often programs are gone through: each time a car may get into one more function or file."""

_SDK: Final = "smartcar"
_LOADS: Final = ("import", "require", "from")
_WORD: Final = re.compile(r"[\w-]+")
_TELLING: Final = re.compile(
    rf"\.\s*(?:{'|'.join(sorted({*UNMISTAKABLE, *map(camel, UNMISTAKABLE)}))})\s*\("
)
_SUFFIXES: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue")


@dataclass
class Source:
    """A file with a program in it."""

    path: str
    """As findings tell it."""
    text: str
    unread: dict[str, str] = field(default_factory=dict[str, str])
    """Parts that were not understood, and why."""
    is_read: bool = True
    """Was any of it understood?"""

    @cached_property
    def words(self) -> set[str]:
        """All words in it."""
        return set(re.findall(r"\w+", self.text))


class Project:
    """Files that are looked at together: what one has of the SDK is known where it is imported."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._programs: dict[str, Program | None] = {}
        self._by_name: dict[str, list[str]] = {}

    def add(self, path: Path, text: str, real: Path | None = None) -> Source:
        """Let a file be one of the project's; nothing is understood yet."""
        place = str(real or path)
        source = self._sources[place] = Source(str(path), text)
        if path.suffix.lower() in PYTHON:
            parts = list((real or path).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            for number in range(1, len(parts)):
                self._by_name.setdefault(".".join(parts[number:]), []).append(place)
        return source

    def findings(self) -> Iterator[Finding]:
        """What all files call of the SDK, file by file."""
        for place, source in self._sources.items():
            if _SDK in source.text:
                self.program(place, load=True)
        while self._learn() and self._load_importers():
            pass
        found = {
            place: self._found(place)
            for place, program in self._programs.items()
            if program is not None and program.is_concerned
        }
        if any(found.values()):
            for place, source in self._sources.items():
                if place not in found and _TELLING.search(source.text):
                    self.program(place, load=True)
                    found[place] = self._found(place)
        for place in self._sources:
            yield from found.get(place, ())

    # --- what programs ask -----------------------------------------------------------------------

    def find(self, importer: str, module: str) -> str | None:
        """The file that *importer* means by *module*: ``models``, ``..models`` or ``./models``."""
        folder = os.path.dirname(importer)  # noqa: PTH120 -- thousands of times
        if Path(importer).suffix.lower() in SCRIPTS:
            return self._script(os.path.normpath(f"{folder}/{module}")) if "/" in module else None
        name = module.lstrip(".")
        level = len(module) - len(name)
        if not level:
            near = self._by_name.get(name, ())
            return max(near, key=lambda each: _shared(each, importer), default=None)
        start = "/".join([folder, *[".."] * (level - 1), *name.split(".")])
        place = os.path.normpath(start)
        return next(
            (each for each in (f"{place}.py", f"{place}/__init__.py") if each in self._sources),
            None,
        )

    def _script(self, place: str) -> str | None:
        stem = re.sub(r"\.[cm]?jsx?$", "", place)
        candidates = [place, *(f"{stem}{each}" for each in _SUFFIXES)]
        candidates += [f"{place}{each}" for each in _SUFFIXES]
        candidates += [f"{place}/index{each}" for each in _SUFFIXES]
        return next((each for each in candidates if each in self._sources), None)

    def program(self, path: str, *, load: bool = False) -> Program | None:
        """What is known of a file, if it has been looked at; *load* looks at it."""
        if load and path not in self._programs and path in self._sources:
            self._programs[path] = self._read(path, self._sources[path])
        return self._programs.get(path)

    # --- reading ---------------------------------------------------------------------------------

    def _read(self, place: str, source: Source) -> Program | None:
        made: Callable[[], Program]
        suffix = Path(place).suffix.lower()
        if suffix in PYTHON:
            made = lambda: Program(parsed(source.text), source.path, place, self)  # noqa: E731
        elif suffix == NOTEBOOK:
            made = lambda: Notebook(source.text, source.path, place, self, source.unread)  # noqa: E731
        else:
            made = lambda: Script(source.text, source.path, place, self, source.unread)  # noqa: E731
        return _attempt(source, made)

    def _learn(self) -> bool:
        """Learn until no more follows; is there anything to learn from?"""
        for _ in range(_ROUNDS):
            for place, program in list(self._programs.items()):
                if program is not None and _attempt(self._sources[place], program.learn) is None:
                    self._programs[place] = None
            if not any(each.is_new for each in self._programs.values() if each is not None):
                break
        return bool(self._programs)

    def _load_importers(self) -> bool:
        """Look at files that import what has become known; were there any?"""
        before = len(self._programs)
        for place, program in list(self._programs.items()):
            names = program.exports() if program is not None else set[str]()
            path = Path(place)
            stem = path.parent.name if path.stem in {"__init__", "index"} else path.stem
            importers = {each for name in (stem, *names) for each in self._importers.get(name, ())}
            for each in importers if names else ():
                if each not in self._programs and names & {"default", *self._sources[each].words}:
                    self.program(each, load=True)
        return len(self._programs) > before

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """Files by the words of the lines on which they import something."""
        found: dict[str, list[str]] = {}
        for place, source in self._sources.items():
            lines = (
                line
                for line in source.text.splitlines()
                if _SDK not in source.text and any(each in line for each in _LOADS)
            )
            for word in {word for line in lines for word in _WORD.findall(line)}:
                found.setdefault(word, []).append(place)
        return found

    def _found(self, place: str) -> list[Finding]:
        program = self._programs[place]
        found = program and _attempt(self._sources[place], program.findings)
        return found or []


T = TypeVar("T")


def _attempt(source: Source, step: Callable[[], T]) -> T | None:
    """What *step* gives; None, and why, if the source does not allow it."""
    try:
        return step()
    except SyntaxError as error:
        at = f" in line {error.lineno}" if error.lineno else ""
        why = f"not understood{at}: {error.msg}"
    except (RecursionError, MemoryError):  # as Python's own parser has it
        why = "nested too deeply"
    except ValueError as error:
        why = str(error)
    source.unread[source.path], source.is_read = why, False
    return None


def _shared(one: str, other: str) -> int:
    """How many folders two files have in common."""
    return len(os.path.commonpath([one, other]))
