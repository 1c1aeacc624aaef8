"""What AWS emits and what it accepts: metrics, alarms, their limits, names. Pure Python: no CDKTF."""
