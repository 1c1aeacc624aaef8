"""What a pattern's construct finds around it, the same for every pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Required, Self, TypedDict, TypeVar

from constructs_lib.alarms.routing import Routed, Routing
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.resources.encryption_key import DATA_KEY, AnyKey
from constructs_lib.resources.moves import Moves
from constructs_lib.resources.shared import Once, Shared
from constructs_lib.resources.tags import tag

T = TypeVar("T", bound=Construct)


class Given(TypedDict, total=False):
    """The keywords of every pattern's construct."""

    notifications: Required[Routed]
    """Who hears of which severity: a `Notifications`, or a `Routing` to topics of your own. Where a pattern passes
    events on, such a topic must let events.amazonaws.com publish."""
    environment: Environment
    """Account and Region. Patterns that make alarms only do without."""
    name: str | None
    """What all names begin with. Left out: the stack's id and the construct's."""
    runbook: str | None
    """Link to the runbook, for a spec without one; `{alarm}` stands for the alarm's name."""
    tags: Mapping[str, str] | None
    """Tags of what the provider's default tags do not reach, such as an Auto Scaling group's instances."""
    encryption_key: AnyKey | None
    """Encrypts what is stored. Left out: that of `shared`, or one is made where something is stored."""
    shared: Shared | None
    """Has what several constructs share. Left out: nothing is shared."""
    retain: bool
    """Whether log groups, buckets and keys outlive the construct, for a spec that does not say. Left out: they do."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was given to a construct, and what follows where something was left out.

    Attributes:
        name: What all names begin with.
        routing: Who hears of which severity.
        runbook: The stack's runbook link.
        tags: Tags of what the provider's default tags do not reach.
        retain: Whether what holds data outlives the construct.
    """

    name: str
    routing: Routing
    runbook: str | None
    tags: Mapping[str, str]
    retain: bool
    _construct: Construct
    _environment: Environment | None
    _encryption_key: AnyKey | None
    _shared: Shared | None

    @classmethod
    def of(
        cls,
        construct: Construct,
        spec: MonitorSpec,
        *,
        notifications: Routed,
        environment: Environment | None = None,
        name: str | None = None,
        runbook: str | None = None,
        tags: Mapping[str, str] | None = None,
        encryption_key: AnyKey | None = None,
        shared: Shared | None = None,
        retain: bool = True,
    ) -> Self:
        """The surroundings of a construct, from the keywords of `Given`.

        Raises:
            ConfigError: No routing, or names that AWS would not take for what is made.
        """
        if name is None:  # unique in the account as long as stacks have names of their own
            stack = TerraformStack.of(construct).node
            *outer, own = construct.node.path.removeprefix(f"{stack.path}/").split("/")
            name = join(stack.id, *outer, spec.named(own))
        if environment is not None:
            problems = [*spec.name_problems(name, environment), *spec.adoption_problems(environment)]
            if problems:
                raise ConfigError(problem.under(name) for problem in problems)
        if spec.was:
            Moves(construct, "moves", former=spec.was)
        if spec.tags:
            tag(construct, spec.tags)
        return cls(
            name=name,
            routing=Routing.of(notifications),
            runbook=runbook,
            tags={**(tags or {}), **spec.tags},
            retain=spec.retain if spec.retain is not None else retain,
            _construct=construct,
            _environment=environment,
            _encryption_key=encryption_key,
            _shared=shared,
        )

    @property
    def environment(self) -> Environment:
        """Account and Region.

        Raises:
            ConfigError: They were not given.
        """
        if self._environment is None:
            raise ConfigError([Problem("is missing", "give it: Environment(account, region)", "environment")])
        return self._environment

    def data_key(self, *, alone: str = "key") -> AnyKey:
        """The key for what is stored: the one given, the stack's, or one of the construct's own."""
        key = self._encryption_key if self._encryption_key is not None else self.once(DATA_KEY, alone=alone)
        if self.retain:
            key.retain()
        return key

    def once(self, thing: Once[T], *, alone: str | None = None) -> T:
        """What the stack has once; where nothing is shared the construct makes its own, under the id `alone`."""
        if self._shared is not None:
            return self._shared.get(thing)
        construct_id = alone if alone is not None else thing.construct_id
        return thing.make(self._construct, construct_id, name=self.name, environment=self.environment)
