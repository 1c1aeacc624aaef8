"""What a stack has once, over all its alarms: groups, dashboards, maintenance windows, the register.

Each takes the alarms of this library's constructs and any others, in a stack of one's own as in a `MonitoringStack`.
"""
