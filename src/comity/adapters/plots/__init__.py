"""Pictures of answers, drawn by matplotlib: one file for each, and what all of them share."""
