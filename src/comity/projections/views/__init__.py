"""The built-in views: each one question, its answer and its columns."""
