"""A receiver with an inbox, as it is deployed: ``uvicorn restarted_app:app``, in any number.

The folder with its inbox is in the environment, and how long events are its own; in the folder,
what was handled is written down.
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

FOLDER = Path(os.environ["RECEIVER_FOLDER"])

log = os.open(FOLDER / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
lease_seconds = float(os.environ["RECEIVER_LEASE_SECONDS"])
journal = SQLiteJournal(FOLDER / "events.db", lease_seconds=lease_seconds)
receiver = Receiver(TOKEN, inbox=Inbox(journal))


@receiver.on(Event)
async def handle(event: Event) -> None:
    await asyncio.sleep(0.05)
    os.write(log, f"{event.id}\n".encode())


app = asgi(receiver)
