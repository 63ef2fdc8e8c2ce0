"""How IDs, countries and currencies of the organisation are written."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from apps.foundation.money import currency_digits

CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Letters, digits, dot, dash and underscore only."))
COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", _("Two capital letters, as in ISO 3166: US, GB, FR."))


def known_currency(code: str) -> None:
    """Three letters that ISO 4217 knows."""
    if currency_digits(code) is None:
        raise ValidationError(_("ISO 4217 does not know this currency. Use its three letters: USD, GBP, EUR."))
