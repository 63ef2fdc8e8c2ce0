"""What leaves the portal for a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def harmless(text: str) -> str:
    """Texts come from people: a spreadsheet must not take one for a formula. Numbers are written as they are."""
    return f"'{text}" if text.startswith(_FORMULA) else text
