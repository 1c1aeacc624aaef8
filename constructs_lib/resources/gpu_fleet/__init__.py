"""The parts of a GPU fleet: what boots, what it may do, what scales it."""
