"""All that is said of a change in a CI: checked, tested, held to the rules, reviewed, and written under it."""
