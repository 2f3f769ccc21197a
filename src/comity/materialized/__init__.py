"""Projections that the store keeps: brought up to date, rebuilt and asked."""
