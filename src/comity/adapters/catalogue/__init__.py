"""The catalogue for people: kinds, their fields and the lists of values, from the declarations."""
