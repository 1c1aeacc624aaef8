"""What a user may say, in Python or in YAML: frozen models with one sentence on every option. Pure Python: no CDKTF."""
