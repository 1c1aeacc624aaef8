"""CloudWatch metric math: parsed, checked, and computed over an alarm's evaluation range."""
