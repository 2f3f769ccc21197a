"""Searching: the index of words catches up with the log, and is asked for what all terms match."""
