"""Cheaper runtime type checks in generated jsii bindings, with the same verdicts.

Generated code checks the arguments of every constructor and setter against the annotations of a stub function. Bindings
that were generated before jsii learnt to do better evaluate all annotations of the stub again at each call (up to sixty
for one resource), and hand even `None` and plain strings to typeguard. Together that is a third of a resource's cost.
"""

import typing
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

_typing_with_memory = SimpleNamespace(**{**vars(typing), "get_type_hints": cache(typing.get_type_hints)})
"""The typing module as generated code sees it. A stub's annotations never change, so its hints are looked up once."""


def memoise(module_globals: dict[str, typing.Any]) -> None:
    """Give the type checks of one generated module a memory; a module without such checks is left as it is."""
    check_type = module_globals.get("check_type")
    if check_type is None or module_globals.get("typing") is not typing:
        return
    module_globals["typing"] = _typing_with_memory
    module_globals["check_type"] = _skip_plain_values(check_type)


def _skip_plain_values(check_type: Callable[..., object]) -> Callable[..., None]:
    """`check_type` for the values that need one: not for those of exactly a class that the annotation names."""

    def check(argname: str, value: object, expected_type: object) -> None:
        if type(value) not in _accepted_classes(expected_type):
            check_type(argname=argname, value=value, expected_type=expected_type)

    return check


@cache
def _accepted_classes(expected_type: object) -> frozenset[type]:
    """The plain classes among the alternatives of an annotation: `Optional[str]` gives `{str, NoneType}`."""
    if typing.get_origin(expected_type) is typing.Union:
        return frozenset[type]().union(*map(_accepted_classes, typing.get_args(expected_type)))
    return frozenset([expected_type]) if type(expected_type) is type else frozenset()
