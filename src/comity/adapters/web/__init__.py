"""The web: an HTTP API, pages for people, feeds and calendars."""
