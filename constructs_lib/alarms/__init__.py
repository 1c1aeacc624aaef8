"""An alarm as data: conditions, metrics, filters, routing, grouping, composite rules. Pure Python: no CDKTF."""
