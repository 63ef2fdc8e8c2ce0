"""Addresses of customers and suppliers, each with the person to ask for: contacts in Sage Intacct."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

ADDRESS_CODE = RegexValidator(r"\A[A-Za-z0-9_.-]+\Z", _("An address has an ID of letters, digits, _ . and -."))
COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", _("A country is two capital letters, as in US (ISO 3166)."))


class Address(models.Model):
    """The primary address is the display contact; every other one is a contact of its own (dmo-facts 4.2)."""

    code = models.CharField(_("ID"), max_length=30, validators=[ADDRESS_CODE])
    print_as = models.CharField(
        _("print as"), max_length=200, blank=True, help_text=_("The name on documents; empty: the record's name.")
    )
    is_primary = models.BooleanField(_("primary"), default=False)
    first_name = models.CharField(_("first name"), max_length=40, blank=True)
    last_name = models.CharField(_("last name"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), max_length=200, blank=True)
    address_line_1 = models.CharField(_("address line 1"), max_length=80, blank=True)
    address_line_2 = models.CharField(_("address line 2"), max_length=80, blank=True)
    address_line_3 = models.CharField(_("address line 3"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=40, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[COUNTRY])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code
