"""What a model keeps besides its fields (the reply, the car it belongs to), through copies too.

A model is a value: it can be compared, hashed, copied, pickled.  No I/O here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self, TypeGuard

import msgspec

from smartcar.untyped import is_mapping

_INDEXES: Final = frozenset({"by_code"})
"""Made anew when they are needed."""
_OF_THIS_PROCESS: Final = _INDEXES | {"binding"}
"""What cannot go elsewhere: it leads to open connections."""


class Kept:
    """Facts that are not fields, and what makes a value of a model that has them.

    Only ``msgspec.structs.replace`` forgets them, for it knows fields alone: say ``replace(…)``.
    """

    __slots__ = ()

    def kept(self, **facts: object) -> Self:
        """This, with *facts* that are not fields (the reply, the neighbours it came with)."""
        vars(self).update(facts)
        return self

    def replace(self, **changes: Any) -> Self:
        """The same with other fields; reply and meta stay.  ``copy.replace`` does so too."""
        other: Self = msgspec.structs.replace(_struct(self), **changes)
        return other.kept(**_facts(self, _INDEXES))

    if not TYPE_CHECKING:
        # Type checkers need not know: that a value can be copied and pickled is no news to them.

        __replace__ = replace

        def __copy__(self) -> Self:
            return self.replace()

        def __deepcopy__(self, memo: dict[int, Any]) -> Self:
            fields = copy.deepcopy(msgspec.structs.asdict(self), memo)
            return self.replace(**fields)

        def __reduce__(self) -> tuple[Any, ...]:
            fields = msgspec.structs.asdict(self)
            return _restored, (type(self), fields, _facts(self, _OF_THIS_PROCESS))

    def __hash__(self) -> int:
        """Equal models have equal hashes, mappings within them included: do not change those."""
        return hash((type(self), *map(hashable, msgspec.structs.astuple(_struct(self)))))


def _restored(kind: type[Kept], fields: Mapping[str, Any], facts: Mapping[str, Any]) -> Kept:
    return kind(**fields).kept(**facts)


def _facts(model: Kept, left_out: Iterable[str]) -> dict[str, Any]:
    return {name: fact for name, fact in vars(model).items() if name not in left_out}


def _struct(model: Any) -> Any:
    """*model*, which is a struct wherever this is mixed in."""
    return model


def _is_listed(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, (list, tuple))


def hashable(value: object) -> object:
    """*value* with tuples and sets in the place of its lists and mappings."""
    if is_mapping(value):
        return frozenset((name, hashable(part)) for name, part in value.items())
    if _is_listed(value):
        return tuple(hashable(part) for part in value)
    return value
