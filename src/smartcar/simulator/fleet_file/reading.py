"""Reading a fleet file: YAML or JSON, with the line of what is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from .models import FleetFile
from .resolving import check

_PATH: Final = re.compile(r" - at `(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.(?P<key>[\w-]+)|\[(?P<index>\d+)\]")
_HALVES: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
"""A character beyond the first 65,536, as JSON escapes it."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class FleetFileError(ValueError):
    """A fleet file cannot be used; the message says which line of it, and why."""


def load_fleet(path: str | Path) -> FleetFile:
    """The fleet that a YAML or JSON file describes.

    Raises:
        FleetFileError: It cannot be read, or says what no fleet can be.
        OSError: There is no such file.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FleetFileError(f"{path}: it is no text in UTF-8.") from None
    if Path(path).suffix == ".json":
        text = text.replace("\t", " ")  # of which YAML wants none, and JSON has none in its texts
        text = _HALVES.sub(_whole, text)  # which YAML would take for two characters
    try:
        return _Lines(text, str(path)).fleet()
    except RecursionError:
        raise FleetFileError(f"{path}: it refers to itself, or is too deep.") from None


def _whole(halves: re.Match[str]) -> str:
    pair = bytes.fromhex(halves[2] + halves[3])
    return halves[1] + pair.decode("utf-16-be")


class _Lines:
    """A text, what it says, and on which line."""

    def __init__(self, text: str, name: str) -> None:
        yaml = yaml_module()
        self._name = name
        self._said: Any = {}
        loader = yaml.SafeLoader(text)
        loader.yaml_implicit_resolvers = _plain(yaml)
        try:
            self._root = loader.get_single_node()
            if self._root is not None:
                self._said = loader.construct_document(self._root)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            why = f"{error.context or ''} {error.problem or ''}".strip()
            raise FleetFileError(f"{name}, line {line}: this is no YAML or JSON: {why}.") from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise FleetFileError(f"{name}: this is no YAML or JSON: {error}") from None
        finally:
            loader.dispose()

    def fleet(self) -> FleetFile:
        """What it says, if all of it can be."""
        self._refuse_unfit(self._root, "")
        try:
            found = msgspec.convert(self._said, FleetFile)
        except msgspec.ValidationError as error:
            text = str(error)
            at = _PATH.search(text)
            place = at["path"].removeprefix("$") if at else ""
            raise self._wrong(place, _PATH.sub("", text)) from None
        for place, why in check(found):
            raise self._wrong(place, why)
        return found

    def _wrong(self, place: str, why: str) -> FleetFileError:
        where = place.removeprefix(".") or "the file"
        return FleetFileError(f"{self._name}, line {self._line(place)}: {where}: {why}")

    def _line(self, place: str) -> int:
        """Of what *place*, such as ``.cars[2].charge``, is about; as near as the file goes."""
        node, mark = self._root, self._root.start_mark if self._root else None
        for step in _STEP.finditer(place):
            inner = _inside(node, step["key"], step["index"])
            if inner is None:
                break
            node, mark = inner
        return mark.line + 1 if mark is not None else 1

    def _refuse_unfit(self, node: Any, place: str) -> None:
        """Half a character; and a key that is said twice, as only the second would be believed."""
        if node is None:
            return
        if node.id == "scalar":
            if _SURROGATE.search(node.value):
                raise self._wrong(place, "there is half of a character in it.")
            return
        if node.id == "sequence":
            for number, inner in enumerate(node.value):
                self._refuse_unfit(inner, f"{place}[{number}]")
            return
        seen = set[str]()
        for key, inner in node.value:
            name = str(key.value)
            if name in seen:
                raise self._wrong(f"{place}.{name}", "it is said twice; once is enough.")
            seen.add(name)
            self._refuse_unfit(inner, f"{place}.{name}")


def _inside(node: Any, key: str | None, index: str | None) -> tuple[Any, Any] | None:
    """What is under a key or a number, and the mark where that begins."""
    if node is None or node.id == "scalar":
        return None
    if node.id == "sequence":
        there = index is not None and int(index) < len(node.value)
        inner = node.value[int(index or 0)] if there else None
        return None if inner is None else (inner, inner.start_mark)
    found = ((inner, name.start_mark) for name, inner in node.value if name.value == key)
    return next(found, None)


def yaml_module() -> Any:
    """PyYAML, which is there with the simulator's extra only.

    Raises:
        FleetFileError: It is not there.
    """
    try:
        import yaml  # noqa: PLC0415 -- an extra: only fleet files need it
    except ModuleNotFoundError as error:
        msg = "Fleet files need PyYAML: pip install 'smartcar-sdk[simulator]'."
        raise FleetFileError(msg) from error
    return yaml


def _plain(yaml: Any) -> dict[str, list[tuple[str, Any]]]:
    """Only what JSON has is no text: ``22:00`` is not 1320, ``no`` not false, a VIN no number."""
    kept = {
        "tag:yaml.org,2002:bool": re.compile(r"^(?:true|True|false|False)$"),
        "tag:yaml.org,2002:null": re.compile(r"^(?:~|null|Null|)$"),
        "tag:yaml.org,2002:int": re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"),
        "tag:yaml.org,2002:float": re.compile(
            r"^[-+]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+][0-9]+)$"
        ),
    }
    known: dict[str, list[tuple[str, Any]]] = yaml.SafeLoader.yaml_implicit_resolvers
    return {
        first: [(tag, kept[tag]) for tag, _ in resolvers if tag in kept]
        for first, resolvers in known.items()
    }
