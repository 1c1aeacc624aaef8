"""The vocabulary several specs share: monitors, links, log groups, storage. Pure Python: no CDKTF."""
