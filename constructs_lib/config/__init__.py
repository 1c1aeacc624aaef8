"""monitoring.yaml as a whole: loading it, its stacks, and what is wrong between them. Pure Python: no CDKTF."""
