"""`python -m constructs_lib`."""

from constructs_lib.cli import main

main(prog_name="ai-monitoring")
