"""A fuzzer that is guided by what the code does with each body: it finds the corpus of hostile.py.

``python tests/guided.py SECONDS``, where Atheris is installed (``pip install atheris``: Linux,
Python 3.11 to 3.13).  Bodies that reach something new go to ``samples/webhooks/hostile.txt``,
each as a line of base64; one that is an error of the receiver's ends it, and is printed.
"""

from __future__ import annotations

import base64
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deliveries import NAMES, SAMPLES, TOKEN, body_of, signed
from spoiling import FIELDS

CORPUS = SAMPLES / "hostile.txt"
LONGEST = 2048
"""Bytes of a body."""


def corpus() -> list[bytes]:
    """Bodies that were found, each a way of its own through the receiver."""
    return [base64.b64decode(line) for line in CORPUS.read_text().split()]


def search(seconds: int) -> int:
    """Look for new ones for so long, and keep those that say something new."""
    with tempfile.TemporaryDirectory() as scratch:
        found, kept, words = (Path(scratch) / name for name in ("found", "kept", "words"))
        found.mkdir()
        kept.mkdir()
        known = corpus() if CORPUS.exists() else []
        for number, body in enumerate([*known, *map(body_of, NAMES)]):
            (found / str(number)).write_bytes(body)
        words.write_text("".join(f'"\\"{field}\\":"\n' for field in sorted({*FIELDS})))
        ends = [f"-max_len={LONGEST}", f"-max_total_time={seconds}", f"-dict={words}"]
        ends.append(f"-artifact_prefix={scratch}/")
        again = Path(scratch) / "again"  # to merge, libFuzzer starts what it was started as
        again.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" run "$0" "$@"\n')
        again.chmod(0o700)
        status = subprocess.run([again, *ends, found], check=False).returncode
        if status:
            for crash in Path(scratch).glob("crash-*"):
                sys.stdout.write(f"{crash.read_bytes()!r}\n")
            return status
        subprocess.run([again, "-merge=1", kept, found], check=True)
        lines = sorted(base64.b64encode(path.read_bytes()).decode() for path in kept.iterdir())
    CORPUS.write_text("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"{len(lines)} bodies in {CORPUS}\n")
    return 0


def attempt() -> Callable[[bytes], None]:
    """What is tried with each body."""
    from smartcar.webhooks import Event, Receiver  # noqa: PLC0415 -- once imports are watched
    from smartcar.webhooks.heading import heading  # noqa: PLC0415

    receiver = Receiver(TOKEN, accept_tests=True)
    told: list[Any] = []
    receiver.on(Event)(told.append)

    def receive(body: bytes) -> None:
        assert receiver.handle(body, {}).status in {200, 401}
        assert not told
        if receiver.handle(body, signed(body)).status == 200:
            heading(body)
        told.clear()

    return receive


def main() -> int:
    if sys.argv[1] != "run":
        return search(int(sys.argv[1]))
    import atheris  # type: ignore[import-not-found]  # noqa: PLC0415 -- only who searches has it

    logging.disable()
    with atheris.instrument_imports(include=["smartcar"]):
        receive = attempt()
    atheris.Setup(sys.argv[2:], receive)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
