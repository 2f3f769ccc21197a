"""Stores: a log on eventsourcing's persistence modules, and an index of it."""
