"""Which resources no alarm watches, what AWS recommends for them, and what would close the gap."""
