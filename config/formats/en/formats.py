"""Times in English: 4 February 2025, 08:37."""

DATETIME_FORMAT = "j F Y, H:i"
DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
