"""Parts of the pattern's options, one subject per file. Pure Python: no CDKTF."""
