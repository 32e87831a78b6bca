"""Deliveries whose parts are replaced by anything."""

from __future__ import annotations

import json
from typing import Any

from deliveries import NAMES, document
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
FIELDS = [
    *("eventId", "eventType", "eventName", "data", "meta", "triggers", "payload", "vehicleId"),
    *("signals", "vehicle", "user", "errors", "challenge", "vehicles", "mode", "deliveredAt"),
    *("code", "body", "status", "oemUpdatedAt", "sequence", "path", "resolution", "id", "signal"),
]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A sample with some of its parts replaced by anything."""
    content: Any = document(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 4))):
        node = content
        for _ in range(draw(st.integers(0, 5))):
            inner = list(node.values()) if isinstance(node, dict) else list(node)
            nested = [each for each in inner if isinstance(each, (dict, list)) and each]
            if not nested:
                break
            node = draw(st.sampled_from(nested))
        value = draw(VALUES)
        if isinstance(node, dict):
            node[draw(st.sampled_from([*FIELDS, *node]))] = value
        else:
            node[draw(st.integers(0, len(node) - 1))] = value
    text = json.dumps(content, ensure_ascii=draw(st.booleans()))
    return text.encode(errors="surrogatepass")
