"""Pure folds of events into views."""
