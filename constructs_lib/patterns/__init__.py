"""The monitoring patterns: one construct per file."""
