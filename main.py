"""The app that cdktf.json runs: monitoring.yaml in, cdktf.out out."""

from __future__ import annotations

import sys

from constructs_lib.cli import run

if __name__ == "__main__":
    run(["synth", *sys.argv[1:]], prog_name="main.py")
