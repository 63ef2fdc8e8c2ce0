"""Model fields that carry a rule: encrypted text, ULIDs, money."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from apps.foundation.ids import new_ulid


class SecretUnreadable(Exception):
    """A stored secret can't be decrypted with any key of `PORTAL_ENCRYPTION_KEYS`."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured("PORTAL_ENCRYPTION_KEYS holds a value that is not a Fernet key.") from error


def _current_cipher() -> MultiFernet:
    return _cipher(tuple(settings.ENCRYPTION_KEYS))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text kept as authenticated ciphertext; the first key writes, all read (rotation).

    Raises `SecretUnreadable` on a token that no key opens: never returns the stored text instead.
    """

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return text if text in (None, "") else _current_cipher().encrypt(str(text).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value in (None, ""):
            return value
        try:
            return _current_cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable(
                f"The stored {self.verbose_name} can't be read with the keys of PORTAL_ENCRYPTION_KEYS. "
                "Put the key that wrote it back at the end of that list, or enter the secret again."
            ) from error


class UlidField(models.CharField):  # type: ignore[type-arg]
    """A primary key that sorts by creation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 26)
        kwargs.setdefault("default", new_ulid)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount: 15 significant digits, of which up to 4 decimals. Always stands beside a currency column.

    15, because SQLite keeps a decimal as a double, which is exact up to there and no further.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = 15
        kwargs["decimal_places"] = 4
        super().__init__(*args, **kwargs)
