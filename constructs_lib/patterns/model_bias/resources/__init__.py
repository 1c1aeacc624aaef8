"""The AWS resources that only this pattern makes, one per file."""
