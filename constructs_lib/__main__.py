"""`python -m constructs_lib`."""

from constructs_lib.cli import run

run(prog_name="ai-monitoring")
