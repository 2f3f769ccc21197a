"""How answers are written: tables, listings, pages, and what a terminal shows."""
