"""IDs in addresses."""

from django.urls.converters import StringConverter


class IdConverter(StringConverter):
    """`<id:code>`: any text that a database can hold. With NUL in it, nothing can be there, so it is 404."""

    regex = r"[^/\x00]+"
