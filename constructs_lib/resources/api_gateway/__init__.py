"""The parts of an API Gateway REST API, one per file; `constructs_lib.patterns.model_api` puts them together."""
