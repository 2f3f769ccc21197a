"""Feeds: calendars and Atom."""
