"""Dates in French: « 2 mars 2027 » in sentences; typed as 2027-03-02."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H \\h i"
TIME_FORMAT = "H \\h i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H \\h i"
DATE_INPUT_FORMATS = ["%Y-%m-%d"]
