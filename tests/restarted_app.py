"""A receiver with an inbox, as it is deployed: ``uvicorn restarted_app:app``, in any number.

The folder with its inbox is in the environment; in it, what was handled is written down.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from deliveries import TOKEN

from smartcar.webhooks import Event, Receiver
from smartcar.webhooks.adapters.asgi import asgi
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.sqlite import SQLiteJournal

LEASE_SECONDS = 3.0
"""What a killed process had in hand is another's after it: a test does not wait for thirty."""
FOLDER = Path(os.environ["RECEIVER_FOLDER"])

log = os.open(FOLDER / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
journal = SQLiteJournal(FOLDER / "events.db", lease_seconds=LEASE_SECONDS)
receiver = Receiver(TOKEN, inbox=Inbox(journal))


@receiver.on(Event)
async def handle(event: Event) -> None:
    await asyncio.sleep(0.002)
    os.write(log, f"{event.id}\n".encode())


app = asgi(receiver)
