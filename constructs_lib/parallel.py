"""A synth of many stacks in several processes: each has a Node.js of its own, and writes its share of the stacks."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from constructs_lib import output
from constructs_lib.bindings import kernel
from constructs_lib.config.config import Config
from constructs_lib.errors import ConfigError, Problem

ALARMS_A_PROCESS = 500
"""With so many more, another process saves more than it costs: it takes a second of a core to start."""
MOST_PROCESSES = 2
"""More would hold too much memory: each takes about 200 MB."""


def synthesise(config: Config, outdir: Path | str | None = None, *, processes: int | None = None) -> Path:
    """What `constructs_lib.app.synthesise` does, with the same bytes, in several processes where that pays.

    Args:
        config: What to build.
        outdir: Where to.
        processes: How many; left out, as many as pay.

    Raises:
        ConfigError: A stack breaks a rule that is not waived; nothing is written then.
    """
    shares = _shares(config, processes if processes is not None else _that_pay(config))
    if len(shares) == 1:
        from constructs_lib.app import synthesise as alone

        return alone(config, outdir)
    target = output.chosen(outdir)
    with output.written(target) as scratch:
        folders = [scratch, *(scratch / f".part-{number}" for number in range(1, len(shares)))]
        others = [_Worker(config.only(share), folder) for share, folder in zip(shares[1:], folders[1:], strict=True)]
        try:
            problems = _write(config.only(shares[0]), scratch)
            for worker in others:
                problems += worker.problems()
        finally:
            for worker in others:
                worker.end()
        if problems:
            names = [*config.stacks]
            raise ConfigError(sorted(problems, key=lambda problem: names.index(problem.path.split(".")[1])))
        output.unite(scratch, folders[1:])
        from constructs_lib.app import complete

        complete(config, scratch, target)
    return target


def _that_pay(config: Config) -> int:
    if sys.platform != "linux" or "constructs" in sys.modules:  # what has been loaded can't be doubled
        return 1
    alarms = sum(map(len, (table for name in config.stacks for table in config.contents(name).tables.values())))
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0)), alarms // ALARMS_A_PROCESS))


def _shares(config: Config, processes: int) -> list[list[str]]:
    """The stacks by process, about as many alarms to each; the largest stacks are given out first."""
    alarms = {name: sum(map(len, config.contents(name).tables.values())) for name in config.stacks}
    shares: list[list[str]] = [[] for _ in range(min(processes, len(alarms)))]
    for name in sorted(alarms, key=lambda name: -alarms[name]):
        min(shares, key=lambda share: sum(alarms[one] for one in share)).append(name)
    return shares


def _write(config: Config, folder: Path) -> list[Problem]:
    from constructs_lib.app import write  # it loads CDKTF: after the processes are apart

    try:
        write(config, folder)
    except ConfigError as error:
        return [*error.problems]
    return []


class _Worker:
    """A process that writes some stacks."""

    def __init__(self, config: Config, folder: Path) -> None:
        self._answer, channel = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(self._answer)
            _work(config, folder, channel)
        os.close(channel)

    def problems(self) -> Sequence[Problem]:
        """What breaks a rule in its stacks, once it is done.

        Raises:
            Exception: What it ended with.
        """
        with os.fdopen(self._answer, "rb", closefd=False) as answer:
            said = answer.read()
        if not said:
            raise RuntimeError("a process that wrote some of the stacks has ended: EIO")
        problems, error = pickle.loads(said)  # noqa: S301 (our own)
        if error is not None:
            raise error
        found: Sequence[Problem] = problems
        return found

    def end(self) -> None:
        """End it, if it has not."""
        os.close(self._answer)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)


def _work(config: Config, folder: Path, channel: int) -> NoReturn:
    """What such a process does, whatever has been put on the stack below it."""
    try:
        kernel.leave_to_parent()
        problems, error = list[Problem](), None
        try:
            problems = _write(config, folder)
        except Exception as raised:  # noqa: BLE001 (it is raised again, where a person sees it)
            error = raised
            with suppress(Exception):
                error.add_note(traceback.format_exc())
        with os.fdopen(channel, "wb") as answer:
            answer.write(_pickled(problems, error))
        kernel.stop_node()
    finally:
        os._exit(0)


def _pickled(problems: Sequence[Problem], error: Exception | None) -> bytes:
    try:
        said = pickle.dumps((problems, error))
        pickle.loads(said)  # noqa: S301 (our own: some errors can't be made again)
    except Exception:  # noqa: BLE001
        return pickle.dumps((problems, RuntimeError("".join(traceback.format_exception(error)))))
    return said
