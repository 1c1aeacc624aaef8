"""Names as people shorten them: without what all of a stack's names begin with."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from itertools import takewhile

from constructs_lib.model import nearest


class UnknownName(LookupError):
    """Nothing is called that, or several things are."""


class Names:
    """Finds a full name by a shorter one.

    Args:
        names: All full names.
        others: Names that belong to someone else, and need not begin alike.
    """

    def __init__(self, names: Collection[str], others: Collection[str] = ()) -> None:
        self._own, self._names = sorted(names), sorted({*names, *others})

    def find(self, text: str) -> str:
        """The full name: itself, or the only one that ends with `-text` where text is all after the common beginning.

        Raises:
            UnknownName: None, or several; the message says which name is nearest.
        """
        found = self.matching(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName(f"{text!r} may be {' or '.join(found)}")
        ends = {name[index + 1 :]: name for name in self._names for index, sign in enumerate(name) if sign in "-/_"}
        hint = nearest(text, [*ends, *self._names])
        if "?" not in hint:  # nothing is near: all there is
            hint = nearest(text, map(self.short, self._names))
        raise UnknownName(f"there is no {text!r}; {hint}")

    def matching(self, text: str) -> list[str]:
        """Every full name that a shorter one may stand for."""
        if text in self._names:
            return [text]
        found = [name for name in self._names if name.endswith((f"-{text}", f"/{text}", f"_{text}"))]
        # `prod-api-errors` and `prod-errors` both end with `-errors`: the one with the least before it is meant.
        shortest = min(map(len, found), default=0)
        nearer = [name for name in found if len(name) == shortest]
        return nearer if len(nearer) == 1 else found

    def short(self, name: str) -> str:
        """A name without the words that all names begin with."""
        shorter = name.removeprefix(self._common)
        try:
            return shorter if self.find(shorter) == name else name
        except UnknownName:
            return name

    @cached_property
    def _common(self) -> str:
        whole = [name.split("-") for name in self._own]
        words = takewhile(lambda one: len(set(one)) == 1, zip(*whole, strict=False))
        common = "".join(f"{word[0]}-" for word in words)
        return common if all(len(name) > len(common) for name in self._own) else ""
