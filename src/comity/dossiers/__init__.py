"""Dossiers: real histories as events, one JSON object on each line, that ship with comity."""
