"""British English with a clock of 24 hours: an attempt at "6 p.m." can't be found in a log."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
