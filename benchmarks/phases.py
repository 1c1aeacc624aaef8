"""Where the time of one synth goes: `python -m benchmarks.phases CONFIG OUTDIR` prints milliseconds by phase."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

SPEC = "options: pydantic, our models, reading the YAML"
CORE = "jsii and CDKTF: imports, starting Node"
BINDINGS = "AWS bindings: the assembly, the provider's module"
BUILD = "building the constructs"
SYNTH = "synth: resolving and writing the JSON"
REPORT = "rules, alarm register and its page"


def main(config_file: str, outdir: str) -> None:
    """Do what main.py does, by steps."""
    taken = {}
    started = time.perf_counter()

    def done(phase: str) -> None:
        nonlocal started
        now = time.perf_counter()
        taken[phase] = (now - started) * 1000
        started = now

    from constructs_lib.config.loader import load

    config = load(config_file)
    done(SPEC)
    from constructs_lib.cdk import aws

    done(CORE)
    _ = aws.provider
    done(BINDINGS)
    from constructs_lib.app import build, report

    app, stacks = build(config, outdir)
    done(BUILD)
    app.synth()
    done(SYNTH)
    report(config, stacks, Path(outdir))
    done(REPORT)
    print(json.dumps(taken))


if __name__ == "__main__":
    main(*sys.argv[1:])
