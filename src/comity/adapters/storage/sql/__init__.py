"""What the stores on SQL databases share: the index, its rows and sums, and what is read by it."""
