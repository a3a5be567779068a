"""Classes that only hold values: what `dataclasses` makes of them, for a third of the price.

For each frozen class `dataclasses` writes and compiles six methods, which takes about a
millisecond, and its `__init__` sets each field through a call. Every commit waits for that: so
here but `__init__` is written, the other methods are the same functions for all classes, and that
nobody assigns to a field is left to the type checker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["record", "replaced"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import replace as replaced
else:
    import dataclasses
    import operator

    def record(*, frozen: bool, slots: bool):
        """Make a class with slots that is equal, and hashed, by its values.

        Args:
            frozen: always true: only the type checker minds.
            slots: always true.
        """
        assert frozen
        assert slots

        def made(cls: type) -> type:
            built = dataclasses.dataclass(repr=False, eq=False, slots=True)(cls)
            fields = dataclasses.fields(built)
            shown = tuple(one.name for one in fields if one.repr)
            values = operator.attrgetter(*(one.name for one in fields)) if fields else type

            def equal(self: object, other: object) -> bool:
                if other.__class__ is not self.__class__:
                    return NotImplemented
                return values(self) == values(other)

            def told(self: object) -> str:
                said = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
                return f"{built.__qualname__}({said})"

            def reduced(self: object) -> tuple[object, ...]:
                return self.__class__, (values(self) if len(fields) > 1 else (values(self),))

            built.__values__ = values
            # What a class says itself stays: some do not show the secret that they hold.
            own = vars(cls)
            if "__eq__" not in own:
                built.__eq__ = equal
                if built.__hash__ is not None and "__hash__" not in own:
                    built.__hash__ = lambda self: hash(values(self))
            if fields and "__reduce__" not in own and all(one.init for one in fields):
                built.__reduce__ = reduced  # half as long on the way to another process
            if "__repr__" not in own:
                built.__repr__ = told
            return built

        return made

    def replaced(item: object, **changes: object) -> object:
        """Return a record of two fields or more with other values for some of them.

        Args:
            item: the record.
            changes: values by the names of fields.
        """
        made = item.__class__
        copy = made(*made.__values__(item))
        for name, value in changes.items():
            setattr(copy, name, value)
        return copy
