"""Disks that are full, and disks that fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

resource = pytest.importorskip("resource", reason="Windows has no such limits")

PROGRAM = Path(__file__).parent / "appending.py"
Full = Callable[[Path], AbstractContextManager[tuple[Path, Callable[[], None]]]]
"""Gives a folder whose disk is soon full, and what makes room on it."""


def strace() -> list[str]:
    """How to watch a program's calls of the system; empty where nobody may."""
    found = shutil.which("strace")
    if found is None:
        return []
    tried = subprocess.run(
        [found, "-f", "-o", os.devnull, "true"], check=False, capture_output=True
    )
    return [found, "-f", "-y"] if tried.returncode == 0 else []


STRACE = strace()


def failing(which: str) -> list[str]:
    """Under what to run a program whose disk fails when it is waited for, so many times."""
    fault = f"inject=fsync,fdatasync:error=EIO:when={which}"
    return [*STRACE, "-e", "trace=fsync,fdatasync", "-e", fault, "-o", os.devnull]


def appended(
    path: Path, first: int, last: int, *, under: list[str] | None = None, how: str = "one by one"
) -> list[str]:
    """What the program says of each event."""
    asked = [*(under or ()), sys.executable, str(PROGRAM), str(path), str(first), str(last), how]
    told = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=50)
    return told.stdout.splitlines()


@contextmanager
def limited(folder: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder in which files cannot grow beyond 1 MB, and what lets them."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))

    def free() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    try:
        yield folder, free
    finally:
        free()


@contextmanager
def small(folder: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A disk of 2 MB with something on it, and what removes that."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk], check=True)
    try:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(1 << 20))
        yield disk, ballast.unlink
    finally:
        subprocess.run(["umount", disk], check=True)


def can_mount() -> bool:
    """May a file system be mounted here?"""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    asked = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


FULL: list[Full] = [limited, *([small] if can_mount() else [])]
