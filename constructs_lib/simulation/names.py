"""Names as people shorten them: without what all of a stack's names begin with."""

from __future__ import annotations

from collections.abc import Collection

from constructs_lib.model import nearest


class UnknownName(LookupError):
    """Nothing is called that, or several things are."""


class Names:
    """Finds a full name by a shorter one.

    Args:
        names: All full names.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = sorted(names)

    def find(self, text: str) -> str:
        """The full name: itself, or the only one that ends with `-text` where text is all after the common beginning.

        Raises:
            UnknownName: None, or several; the message says which name is nearest.
        """
        if text in self._names:
            return text
        found = [name for name in self._names if name.endswith((f"-{text}", f"/{text}", f"_{text}"))]
        shortest = min(found, key=len, default=None)
        # `prod-api-errors` and `prod-errors` both end with `-errors`: the one with the least before it is meant.
        if shortest is not None and sum(len(name) == len(shortest) for name in found) == 1:
            return shortest
        if found:
            raise UnknownName(f"{text!r} may be {' or '.join(found)}")
        ends = {name[index + 1 :]: name for name in self._names for index, sign in enumerate(name) if sign in "-/_"}
        raise UnknownName(f"there is no {text!r}; {nearest(text, [*ends, *self._names])}")

    def short(self, name: str) -> str:
        """The shortest end of a name, after a hyphen, that `find` takes for it."""
        for index in range(len(name) - 1, 0, -1):
            if name[index - 1] in "-/_":
                try:
                    if self.find(name[index:]) == name:
                        return name[index:]
                except UnknownName:
                    continue
        return name
