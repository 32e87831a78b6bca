"""Reads as much of a Dockerfile as ours needs: its instructions, with lines joined."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Instruction(NamedTuple):
    """Such as ``RUN`` and what stands behind it."""

    word: str
    text: str

    @property
    def command(self) -> list[str]:
        """The list that it holds, without a shell in between."""
        found: list[str] = json.loads(self.text[self.text.index("[") :])
        return found


def instructions(path: Path) -> Iterator[Instruction]:
    """All of them, in order."""
    lines = (line for line in path.read_text().splitlines() if not line.startswith("#"))
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, text = line.partition(" ")
            yield Instruction(word, text.strip())
