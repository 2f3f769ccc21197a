"""Code lists of others: currencies and units, CAMEO codes, Goldstein weights."""
