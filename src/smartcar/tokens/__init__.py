"""Where owners' tokens of v2.0 are kept: ``AuthClient(store=FileTokens("tokens.db", key))``."""

from typing import TYPE_CHECKING, Final

from smartcar._lazy import lazily

if TYPE_CHECKING:
    from .file import FileTokens
    from .kept import KeptTokens, TokenStore
    from .memory import MemoryTokens
    from .seal import new_key
else:
    _HOMES: Final = {
        ".file": ("FileTokens",),
        ".kept": ("KeptTokens", "TokenStore"),
        ".memory": ("MemoryTokens",),
        ".seal": ("new_key",),
    }
    __getattr__, __dir__ = lazily(__name__, _HOMES)

__all__ = ["FileTokens", "KeptTokens", "MemoryTokens", "TokenStore", "new_key"]
