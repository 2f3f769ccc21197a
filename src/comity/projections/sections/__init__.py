"""The sections of a relationship's state, each with its substate, handlers, answer, findings."""
