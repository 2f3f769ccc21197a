"""Pure folds of events into answers: the protocol, sections, views, diff, evidence, timeline."""
