"""The outside: storage, intake, and the command line."""
