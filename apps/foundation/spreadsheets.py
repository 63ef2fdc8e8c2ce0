"""What leaves the portal for a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Texts come from people: a spreadsheet must not take one for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
