"""The sections of a relationship's state: for each its substate, handlers, answer and findings."""
