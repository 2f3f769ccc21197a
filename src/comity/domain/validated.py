"""Structs that are validated when code constructs them, but not when they are decoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct

if TYPE_CHECKING:
    # Type checkers must see the constructors that msgspec generates, not the metaclass.
    _Constructed = Struct
else:
    _construct = type(Struct).__call__

    class _ValidatingMeta(type(Struct)):
        def __call__(cls, *args: Any, **fields: Any) -> Any:
            if cls.untold:
                fields = {**cls.untold, **fields}
            constructed = _construct(cls, *args, **fields)
            constructed.validate()
            return constructed

    class _Constructed(Struct, metaclass=_ValidatingMeta):
        pass


class ValidatedStruct(_Constructed, frozen=True, gc=False):
    """A struct that is validated whenever code constructs it by calling its class.

    msgspec makes structs without calling their class, in its decoders and in `convert` and
    `structs.replace`; so does `copy.copy`. So the events of a log are not validated again. Code
    that makes structs from outside data in such a way must call `validate`.
    """

    untold: ClassVar[Mapping[str, str]] = {}
    """What a field holds if the caller does not tell it, where its default says something else.

    The default of a field is what a stored struct without it means, which never changes.
    """

    def validate(self) -> None:
        """Check every field and derive further fields; raises `InvalidInput` errors."""
