"""The lives of subjects: the table, one step of each life, the order of a subject's events."""
