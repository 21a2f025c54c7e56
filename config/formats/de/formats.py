"""Times as the paper prints them: 04.02.2025, 08:37 Uhr."""

DATETIME_FORMAT = r"d.m.Y, H:i \U\h\r"
DATE_FORMAT = "d.m.Y"
TIME_FORMAT = r"H:i \U\h\r"
