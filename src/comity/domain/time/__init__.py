"""Time as the record tells it: EDTF, days, periods and moments."""
