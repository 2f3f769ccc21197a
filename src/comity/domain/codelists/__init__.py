"""Published code lists: currencies and units, CAMEO and PLOVER codes, Goldstein weights."""
