"""The pages: HTML that works without scripts, made from the same answers as the API."""
