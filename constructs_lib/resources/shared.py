"""What exists once in a stack, or once in an account: made when the first construct needs it, shared by all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct

T = TypeVar("T", bound=Construct)
T_co = TypeVar("T_co", bound=Construct, covariant=True)


class Maker(Protocol[T_co]):
    """Makes what is shared."""

    def __call__(self, scope: Construct, construct_id: str, /, *, name: str, environment: Environment) -> T_co:
        """Make it; `name` is what its names begin with."""


@dataclass(frozen=True, slots=True)
class Once(Generic[T]):
    """Something that is there once.

    Attributes:
        construct_id: Its id in the stack; `config.TAKEN` holds it, so that no monitor is called so.
        make: Makes it.
    """

    construct_id: str
    make: Maker[T]


class Shared:
    """Hands out what exists once.

    Give one to several constructs of your own stack, and they share a key; without it each makes its own.

    Args:
        scope: Where it is made.
        name: What its names begin with.

    Attributes:
        made: What was needed so far, by its construct id.
    """

    def __init__(self, scope: Construct, *, name: str, environment: Environment) -> None:
        self._scope, self._name, self._environment = scope, name, environment
        self.made: dict[str, Any] = {}

    def give(self, thing: Once[T], instead: Any) -> None:
        """Hand out something that exists already."""
        self.made[thing.construct_id] = instead

    def get(self, thing: Once[T]) -> T:
        """The one; made if this is the first to ask for it."""
        if thing.construct_id not in self.made:
            self.made[thing.construct_id] = thing.make(
                self._scope, thing.construct_id, name=self._name, environment=self._environment
            )
        found: T = self.made[thing.construct_id]
        return found
