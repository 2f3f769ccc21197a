"""Alerts: what somebody wants to be told, what there is to tell, and how it is delivered."""
