"""Dossiers: real histories as events, one JSON object a line, that ship with comity."""
