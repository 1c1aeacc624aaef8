"""What only the pattern `llm` makes."""
