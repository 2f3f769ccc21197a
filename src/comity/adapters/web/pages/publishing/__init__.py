"""One dossier as files that need no server: its pages, and the data of both sliders."""
