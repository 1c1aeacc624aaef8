"""The server process: ``python -m constructs_lib.testing.moto.server`` prints its port and serves until stdin ends.

The parent holds the other end of stdin, so the server never outlives it, however it ends.
"""

from __future__ import annotations

import sys
from threading import Thread

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from constructs_lib.testing.moto.accounts import Accounts
from constructs_lib.testing.moto.cloudcontrol import CloudControl
from constructs_lib.testing.moto.patches import PATCHES

LOOPBACK = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Failures are logged, ordinary requests are not."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


def main() -> None:
    """Patch moto and serve it on a free port of this machine."""
    for patch in PATCHES:
        patch.install()
    application = Accounts(CloudControl(DomainDispatcherApplication(create_backend_app)))
    server = make_server(LOOPBACK, 0, application, threaded=True, request_handler=_Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)  # noqa: T201 (the parent reads it)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
