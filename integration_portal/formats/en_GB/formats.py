"""British English with a clock of 24 hours: an attempt at "6 p.m." can't be found in a log."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
# The portal's own: when something happened, to the second.
TIME_TO_THE_SECOND = "H:i:s"
DATETIME_TO_THE_SECOND = "j M Y, H:i:s"
