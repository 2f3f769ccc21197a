"""Forms: recording and correcting by hand, each made from the declaration of a kind of event."""
