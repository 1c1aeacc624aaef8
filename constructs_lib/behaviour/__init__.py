"""Tests of alarms: a file of scenarios, and what must happen in each. docs/tests.md describes the file."""
