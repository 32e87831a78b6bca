"""One of several processes that keep and handle events by a common clock.

``python keeping_on.py FOLDER EVENTS NAME``.  The clock is how long the log of what was handled is:
each event moves it on by about ten seconds.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from inboxes import event, is_at_work

from smartcar import InboxError
from smartcar.webhooks.inbox import GiveUp, Inbox
from smartcar.webhooks.journal import Envelope
from smartcar.webhooks.sqlite import SQLiteJournal

BODY = b" " * 10_000


def main() -> None:
    folder, events, name = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    log = os.open(folder / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def handle(envelope: Envelope) -> None:
        if envelope.event_id.endswith("-0"):
            raise GiveUp("the first")
        os.write(log, f"{envelope.event_id:12}\n".encode())

    def now() -> float:
        return 1_780_300_800.0 + os.fstat(log).st_size * (10 / 13)

    journal = SQLiteJournal(folder / "e.db", lease_seconds=1e9, keep=timedelta(hours=1), now=now)
    unknown = 0
    with Inbox(journal, patience_seconds=600) as inbox:
        inbox.start(handle)
        for number in range(events):
            sent = event(f"{name}-{number}", BODY)
            # At once: a process may stand still for longer than all of the others' hour takes.
            unknown += kept(inbox, sent, sent) != [False, True]
        while is_at_work(inbox):
            pass
    sys.stdout.write(json.dumps({"unknown_repeats": unknown}))


def kept(inbox: Inbox, *sent: Envelope) -> list[bool]:
    """Keep them, however long others write: a process may stand still amid that."""
    while True:
        with suppress(InboxError):
            return inbox.append(sent)


if __name__ == "__main__":
    main()
