"""What only the pattern `slo` makes."""
