"""Where a simulator listens unless somebody says otherwise, and how many cars it has room for."""

from typing import Final

PORT: Final = 8686
ORIGIN: Final = f"http://127.0.0.1:{PORT}"
LARGEST_FLEET: Final = 1_000_000
