"""Fixtures every test may use; what a user's own tests want as well is in constructs_lib.testing.fixtures."""

from __future__ import annotations

pytest_plugins = ["constructs_lib.testing.fixtures"]
