"""The domain: events, parties, time, scopes and selection; pure functions and values."""
