"""What `make bench` runs: the cost of a synth, side by side with the stock bindings."""
