"""What was there before a change, taken from git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.terraform.reading import ReadPlan, parse, read
from constructs_lib.terraform.stack import Stack

_CONFIGURATION = "cdk.tf.json"


def named(environment: Mapping[str, str]) -> str:
    """The revision that a pull request or merge request is compared with; empty where there is none."""
    if branch := environment.get("GITHUB_BASE_REF"):
        return f"origin/{branch}"
    return environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")


def pairs(folder: str, revision: str) -> Iterator[tuple[str, Stack, Stack]]:
    """Each stack below a folder of Terraform JSON: its name, as it was and as it is. One that comes or goes has none.

    Raises:
        ConfigError: There is no such revision, and it can't be fetched; or a file can't be read.
    """
    commit = _commit(revision)
    inside = f"{folder.rstrip('/')}/stacks"
    listed = _git("ls-tree", "-r", "--name-only", "-z", commit, "--", inside).split("\0")
    then = {name for name in listed if Path(name).name == _CONFIGURATION}
    now = {str(file) for file in Path(inside).glob(f"*/{_CONFIGURATION}")}
    for name in sorted(then | now):
        yield Path(name).parent.name, _then(commit, name, there=name in then), _now(name, there=name in now)


def _then(commit: str, name: str, *, there: bool) -> Stack:
    if not there:
        return Stack(name, ())
    import orjson

    return _configuration(parse(orjson.loads(_git("show", f"{commit}:./{name}")), name=f"{commit[:7]}:{name}"))


def _now(name: str, *, there: bool) -> Stack:
    return _configuration(read(name)) if there else Stack(name, ())


def _configuration(found: Stack | ReadPlan) -> Stack:
    return found.after if isinstance(found, ReadPlan) else found


def _commit(revision: str) -> str:
    """The commit of a revision; a CI clones few commits, so it is fetched where it is not there."""
    question = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return _git(*question).strip()
    except subprocess.CalledProcessError:
        branch = revision.removeprefix("origin/")
        where = f"+refs/heads/{branch}:refs/remotes/{revision}" if branch != revision else branch
    try:
        _git("fetch", "--quiet", "--depth=1", "--end-of-options", "origin", where)
        return _git(*question).strip()
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().partition("\n")[0]
        rule = f"{revision!r} is not a revision here, and can't be fetched{f': {said}' if said else ''}"
        raise ConfigError([Problem(rule, "name another one, or none to review nothing", "--base")]) from None


def _git(*arguments: str) -> str:
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(  # noqa: S603  (no shell; what comes from outside is behind --end-of-options)
        ["git", *arguments],  # noqa: S607  (the CI's own)
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return done.stdout
