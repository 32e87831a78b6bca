"""Where owners' tokens of v2.0 are kept: ``AuthClient(store=FileTokens("tokens.db", key))``."""

from .file import FileTokens
from .kept import KeptTokens, TokenStore
from .memory import MemoryTokens
from .seal import new_key

__all__ = ["FileTokens", "KeptTokens", "MemoryTokens", "TokenStore", "new_key"]
