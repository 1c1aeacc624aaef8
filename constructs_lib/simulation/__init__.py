"""What alarms do over time, offline: samples, statistics, metric math, states, composites, silence and messages.

Needs numpy (the extra `simulation`). docs/simulation.md says what is exact, what is assumed and what is left out.
"""
