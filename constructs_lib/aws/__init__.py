"""Facts about AWS: metrics, limits, names, instance types, images, each with its source. Pure Python: no CDKTF."""
