"""The app that cdktf.json runs: monitoring.yaml in, cdktf.out out."""

from __future__ import annotations

import sys

from constructs_lib.cli import main

if __name__ == "__main__":
    main(["synth", *sys.argv[1:]], prog_name="main.py")
