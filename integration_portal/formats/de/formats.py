"""German as in Germany; short months keep columns narrow."""

DATE_FORMAT = "j. N Y"
DATETIME_FORMAT = "j. N Y, H:i"
TIME_TO_THE_SECOND = "H:i:s"
DATETIME_TO_THE_SECOND = "j. N Y, H:i:s"
