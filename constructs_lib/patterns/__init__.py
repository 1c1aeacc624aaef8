"""One folder per pattern: what a user may say, its alarms, its construct and the resources only it needs."""
