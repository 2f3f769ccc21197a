"""What comity costs, beside stock eventsourcing and beside the floor, in one run."""
