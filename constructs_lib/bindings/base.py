"""The forks of CDKTF that this library runs on, as a table of names: there is no second code path."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import NamedTuple

SWITCH = "CONSTRUCTS_LIB_CDK"
"""Environment variable that names the fork where both are installed."""


class Base(NamedTuple):
    """One fork: its Python packages, and the npm package of its AWS bindings."""

    core: str
    aws: str
    aws_node: str


BASES = {
    "cdktf": Base(core="cdktf", aws="cdktf_cdktf_provider_aws", aws_node="@cdktf/provider-aws"),
    "cdktn": Base(core="cdktn", aws="cdktn_provider_aws", aws_node="@cdktn/provider-aws"),
}


class CdkUnavailable(ImportError):
    """What a synth needs is not installed; the message says how to get it."""


def chosen() -> Base:
    """The fork of this process: the one named by `SWITCH`, else the one imported already, else the first installed.

    Raises:
        CdkUnavailable: It is not installed, or none is.
    """
    if named := os.environ.get(SWITCH):
        if named not in BASES:
            raise CdkUnavailable(f"{SWITCH}: {named!r} is neither of {', '.join(BASES)}")
        if not _installed(BASES[named]):
            raise CdkUnavailable(f"{SWITCH} names {named}: pip install 'ai-monitoring-constructs[{named}]'")
        return BASES[named]
    usable = [base for base in BASES.values() if _installed(base)]
    if not usable:
        raise CdkUnavailable("CDKTF is not installed: pip install 'ai-monitoring-constructs[cdktf]'")
    return next((base for base in usable if base.core in sys.modules), usable[0])


def _installed(base: Base) -> bool:
    return all(name in sys.modules or importlib.util.find_spec(name) is not None for name in (base.core, base.aws))
