"""Rendering: answers as tables, listings and pages, on a terminal or in a file."""
