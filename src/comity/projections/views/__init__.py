"""The built-in views: each has a question, an answer and columns."""
