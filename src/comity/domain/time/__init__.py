"""Time: EDTF, days, periods and moments."""
