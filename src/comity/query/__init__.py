"""The one path of every answer: read, select, fold."""
