"""The HTTP API: questions and writing as JSON, the log live."""
