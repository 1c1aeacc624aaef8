"""Fixtures every test may use; what a user's own tests want as well is in constructs_lib.testing.fixtures."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.testing.names import Names

pytest_plugins = ["constructs_lib.testing.fixtures"]


@pytest.fixture
def names() -> Names:
    """Puts a prefix of this test's own before a name: every test shares one moto."""
    prefix = f"t{uuid4().hex[:8]}"
    return lambda name: f"{prefix}-{name}"
