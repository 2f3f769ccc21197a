"""Interchange: outside records that come in, and recorded events that go out."""
