"""A stack's dashboard as data: what it shows and where, laid out by workload, within CloudWatch's limits."""
