"""The doctor: what is installed, how a store is, and what to do where it is not well."""
