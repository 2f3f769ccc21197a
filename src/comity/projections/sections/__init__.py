"""The sections of the state of a relationship, one file for each."""
