"""The same alarms as others write them, each a small program: what `python -m benchmarks.peers` measures against."""
