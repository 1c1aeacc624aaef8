"""`python -m benchmarks`: measure, print the tables, and write them to RESULTS.md. It takes about four minutes."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from benchmarks import alarm_tests, filter_pattern, plans, synth
from constructs_lib.bindings import finder

RESULTS = Path(__file__).with_name("RESULTS.md")


def setting() -> str:
    """What was measured on, as far as it matters to the figures."""
    node = os.environ.get("JSII_NODE") or finder.bundled_node() or "node"
    node_version = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in ("cdktf", "cdktf-cdktf-provider-aws", "jsii"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"Node {node_version.removeprefix('v')}; {packages}"
    )


def busy() -> str:
    """How much else the machine was doing when the measurement began, where the system tells."""
    load = f", begun at a load average of {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"one run{load}"


def main() -> None:
    """Measure one table after the other."""
    console = Console()
    console.print(setting())
    sections = ["# What it costs", "", f"Written by `make bench` on {setting()}; {busy()}.", ""]
    with tempfile.TemporaryDirectory() as folder:
        for measurement in (
            synth.against_stock,
            synth.checking,
            synth.growth,
            synth.many_stacks,
            synth.breakdown,
            plans.large,
            *filter_pattern.MEASUREMENTS,
            *alarm_tests.MEASUREMENTS,
        ):
            with console.status(str(measurement.__doc__)):
                report = measurement(Path(folder))
            report.show(console)
            sections.append(report.markdown())
    RESULTS.write_text("\n".join(sections))


if __name__ == "__main__":
    main()
