"""Constructs that turn a short description of AI workloads into AWS monitoring."""

from constructs_lib import _fast_imports

_fast_imports.install()
