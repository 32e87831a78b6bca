"""A file that only its owner can read, and the two that SQLite keeps beside it."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_making = threading.Lock()


def guard(path: Path) -> None:
    """Make the file for its owner alone, or see that it is that one's alone.

    What is there is not opened: to close a file ends all locks that the process has on it.

    Raises:
        FileNotFoundError: There is no such folder.
        PermissionError: Others may read it, or it is another user's.
    """
    with _making, contextlib.suppress(FileExistsError):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileNotFoundError:
            told = f"There is no folder {str(path.parent)!r} for the file of tokens"
            raise FileNotFoundError(told) from None
    if os.name != "posix":  # elsewhere the folder's own rules hold
        return
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with contextlib.suppress(FileNotFoundError):
            _guard_one(each)


def _guard_one(path: Path) -> None:
    found = path.stat()
    if found.st_uid != os.geteuid():
        told = f"{str(path)!r} belongs to another user: keep tokens in a file of your own"
        raise PermissionError(told)
    if found.st_mode & _OTHERS:
        told = f"Others may read {str(path)!r} and may know its tokens: chmod 600, or begin anew"
        raise PermissionError(told)
