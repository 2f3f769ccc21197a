"""The words of diplomacy: parties, dates, events and how they stand. Pure."""
