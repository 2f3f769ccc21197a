"""Stores: the log on eventsourcing's persistence modules, and the index beside it."""
