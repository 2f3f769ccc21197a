"""The other pages: home, the world, a party, every view, the log, search."""
