"""Starts the Node process behind jsii: one instead of two, and before Python has imported what it needs itself.

jsii starts Node with a small script, which starts a second Node and from then on copies each message from one to the
other. `start` starts the second one itself, with the channel on descriptor 3 that the script would give it, and asks it
at once for the packages that are going to be needed: it loads them while Python is still importing. Later jsii finds
the answers waiting (`attach`).

Where anything looks different from what is known here, jsii starts Node its own way: another shape of its class,
Windows, a runtime of the user's own (`JSII_RUNTIME`), no folder for the script, the switch of
`constructs_lib.bindings.finder`.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from constructs_lib import cache

CHANNEL = 3
"""The descriptor that jsii's program reads its requests from and writes its answers to."""

_SCRIPTS = {"lib__program.js": "program.js", "lib__runtime-index-worker.js": "runtime-index-worker.js"}
"""jsii's two scripts: as its wheel calls them, and as they call each other."""

_LOAD = re.compile(r'JSIIAssembly\.load\(\s*"([^"]+)", "([^"]+)", __name__\[0:-6\], "([^"]+)"', re.DOTALL)
_HELLO = b"hello"

_KNOWN_SHAPE = {
    "start": {"_process", "sink_thread", "atexit", "register", "stop", "handshake"},
    "stop": {"_process", "stdin", "stdout", "stderr", "wait", "terminate", "sink_thread", "is_alive"},
    "send": {"_process", "stdin", "write", "flush", "_next_message"},
    "_next_message": {"_process", "stdout", "readline"},
}
"""The names that the methods of jsii's `_NodeProcess` use, as far as `_Channel` has to answer to them."""


class _Channel:
    """The Node process, as far as jsii uses a `subprocess.Popen`: this object is its own stdin, stdout and stderr."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.closed = False
        self.stdin = self.stdout = self.stderr = self
        self._connection = connection
        self._answers = connection.makefile("rb")
        self._wanted: bytes | None = _HELLO
        self._on_the_way: dict[bytes, None] = {_HELLO: None}  # an ordered set
        self._arrived: dict[bytes, bytes] = {}

    def post(self, *requests: dict[str, Any]) -> None:
        """Send requests now; their answers wait until jsii makes the same ones, letter by letter."""
        lines = [json.dumps(request).encode() + b"\n" for request in requests]
        self._connection.sendall(b"".join(lines))
        self._on_the_way.update(dict.fromkeys(lines))

    def write(self, request: bytes) -> None:
        """Send a request, if it is not one that was posted."""
        self._wanted = request
        if request not in self._arrived and request not in self._on_the_way:
            self._connection.sendall(request)
            self._wanted = None

    def flush(self) -> None:
        """Everything is sent when `write` returns."""

    def readline(self) -> bytes:
        """The answer to the last request. Answers come in the order of the requests: others' are kept for later."""
        wanted, self._wanted = self._wanted, None
        while self._on_the_way and wanted not in self._arrived:
            posted = next(iter(self._on_the_way))
            del self._on_the_way[posted]
            self._arrived[posted] = self._line()
        return self._line() if wanted is None else self._arrived.pop(wanted)

    def _line(self) -> bytes:
        line = self._answers.readline()
        if not line:
            raise ConnectionError("the Node.js process behind CDKTF has ended")
        return line

    def close(self) -> None:
        """End the conversation, and Node with it."""
        if not self.closed:
            self.closed = True
            self._answers.close()
            self._connection.close()

    def wait(self, timeout: float) -> None:
        """Wait for Node to end, or kill it."""
        deadline = time.monotonic() + timeout
        with suppress(ChildProcessError):
            while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > deadline:
                    self.terminate()
                    os.waitpid(self.pid, 0)
                    return
                time.sleep(0.001)

    def terminate(self) -> None:
        """Kill it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def is_alive(self) -> bool:
        """Whether there is a thread to wait for: jsii asks that of the one that reads Node's stderr, which is ours."""
        return False


_YOUNG = "--max-semi-space-size=8"
"""MiB of V8's new objects, of which its own limit is twice that and more: for 5,000 alarms Node takes 300 MB in place
of 415, and 3 % longer."""

_BURST = 500
"""So many requests, 70 kB, and their answers, 40 kB, fit into the socket's buffers: neither side has to wait."""

_started: list[_Channel] = []
"""The process that `start` started, if it did: there is one kernel in a Python process."""


def start(node: str, environment: dict[str, str], packages: tuple[str, ...]) -> None:
    """Start Node and ask for the assemblies of these Python packages, in their order; does nothing the second time."""
    program = None if _started or not _possible() else _program()
    if program is None:
        return
    ours, theirs = socket.socketpair()
    # Never descriptor 3 itself: a descriptor that is duplicated onto itself would still be closed in the child.
    given = theirs if theirs.fileno() != CHANNEL else theirs.dup()
    options = ["--max-old-space-size=4069", "--preserve-symlinks", _YOUNG]  # the first two are what jsii gives it
    agent = f"Python/{sys.version.split()[0]}"
    pid = os.posix_spawn(
        node,
        [node, *options, str(program)],
        {**environment, "JSII_AGENT": agent},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, given.fileno(), CHANNEL),
        ],
    )
    for end in {given, theirs}:
        end.close()
    channel = _Channel(pid, ours)
    _started.append(channel)
    atexit.register(stop_node)  # also when nothing asks for it any more: after an error in a configuration
    for package in packages:
        if request := _load_request(package):
            channel.post(request)


def attach() -> None:
    """Have jsii use the process that `start` started, if there is one and jsii is as known."""
    if not _started:
        return
    node = _started[0]
    from jsii._kernel.providers import process as jsii_process

    stock: Any = jsii_process._NodeProcess  # noqa: SLF001 (there is no public way to say how Node is started)
    if not _as_known(stock):
        stop_node()
        return
    begin = stock.start

    def take_over(self: Any) -> None:
        stock.start = begin  # another kernel of the same process starts a Node of its own
        self._process = self.sink_thread = node
        try:
            self.handshake()
        except (AssertionError, OSError, ValueError):
            stop_node()
            begin(self)
            return
        atexit.register(self.stop)

    stock.start = take_over


def read(constructs: Sequence[Any], attribute: str) -> list[Any]:
    """An attribute of one word, such as `arn`, of each construct: all asked for at once."""
    found = []
    for start in range(0, len(constructs), _BURST):
        some = constructs[start : start + _BURST]
        for node in _started:
            if not node.closed:
                references = ({"$jsii.byref": one.__jsii_ref__.ref} for one in some)
                node.post(*({"objref": one, "property": attribute, "api": "get"} for one in references))
        found += [getattr(one, attribute) for one in some]
    return found


def leave_to_parent() -> None:
    """In a process that was forked: the Node process is its parent's, and another one may be started."""
    for node in _started:
        node.close()
    _started.clear()


def stop_node() -> None:
    """End the Node process, if one was started."""
    for node in _started:
        if not node.closed:
            node.terminate()  # in the middle of its start it would complain about a conversation that ends
            node.close()
            node.wait(timeout=5)


def _possible() -> bool:
    jsii_runs = "jsii" in sys.modules and "constructs._jsii" in sys.modules
    return hasattr(os, "posix_spawn") and "JSII_RUNTIME" not in os.environ and not jsii_runs


def _as_known(stock: Any) -> bool:
    try:
        return all(names <= set(getattr(stock, method).__code__.co_names) for method, names in _KNOWN_SHAPE.items())
    except AttributeError:
        return False


def _program() -> Path | None:
    """The program of jsii under the name it has to have, in a cache folder of this jsii; None where that cannot be."""
    spec = importlib.util.find_spec("jsii")
    if spec is None or spec.origin is None:
        return None
    embedded = Path(spec.origin).parent / "_embedded" / "jsii"
    try:
        stat = (embedded / "lib__program.js").stat()
        home = cache.directory() / f"jsii-{stat.st_size}-{stat.st_mtime_ns}"
        if not (home / "lib" / "program.js").is_file():
            _copy(embedded, home)
    except OSError:
        return None
    return home / "lib" / "program.js"


def _copy(embedded: Path, home: Path) -> None:
    """All or nothing, as another process may be about the same."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        library = Path(scratch) / "new" / "lib"
        library.mkdir(parents=True)
        for name, called in _SCRIPTS.items():
            shutil.copyfile(embedded / name, library / called)
        with suppress(OSError):  # there meanwhile
            library.parent.rename(home)


def _load_request(package: str) -> dict[str, str] | None:
    """What jsii asks when `package` is imported, read from the generated source without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.origin:
        return None
    folder = Path(spec.origin).parent / "_jsii"
    try:
        found = _LOAD.search((folder / "__init__.py").read_text(encoding="utf-8"))
    except OSError:
        return None
    if found is None or not (folder / found[3]).is_file():
        return None
    return {"name": found[1], "version": found[2], "tarball": str(folder / found[3]), "api": "load"}
