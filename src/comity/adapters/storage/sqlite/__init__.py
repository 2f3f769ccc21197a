"""The SQLite store: the log and its index in one file."""
