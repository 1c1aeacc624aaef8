"""Building blocks: one AWS thing per file, secure by default."""
