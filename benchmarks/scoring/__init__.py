"""How a run is judged: the limits, the contests, the board of figures, the report and its plots."""
