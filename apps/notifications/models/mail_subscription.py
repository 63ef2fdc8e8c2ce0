"""What alert rules and digests have in common: who is written to, in which language, and of whose postings."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.fields import UlidField
from apps.notifications.alert_kinds import MailLanguage
from apps.organisation.models import Company

ONE_LINE = RegexValidator(r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z", _("Write one line without control characters."))


class MailSubscription(models.Model):
    """Off until somebody switches it on. `recipients`: plain addresses, one a line."""

    id = UlidField(primary_key=True)
    name = models.CharField(
        _("name"), max_length=80, unique=True, validators=[ONE_LINE], help_text=_("The subject of its mails.")
    )
    recipients = models.TextField(
        _("recipients"), max_length=6000, help_text=_("E-mail addresses, one a line. Each gets a mail of its own.")
    )
    language = models.CharField(
        _("language"), max_length=8, choices=MailLanguage, default=MailLanguage.ENGLISH,
        help_text=_("The language of its mails."),
    )  # fmt: skip
    all_companies = models.BooleanField(_("all companies"), default=True, help_text=_("Of those made later too."))
    companies = models.ManyToManyField(
        Company, blank=True, related_name="%(class)ss", verbose_name=_("companies"),
        help_text=_("Only the postings of these companies are looked at."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_language_known", condition=Q(language__in=MailLanguage.values)
            ),
            models.CheckConstraint(name="%(app_label)s_%(class)s_has_recipients", condition=~Q(recipients="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def addresses(self) -> list[str]:
        return self.recipients.split("\n")

    def company_ids(self) -> frozenset[int] | None:
        """Whose postings it looks at; None: everybody's."""
        return None if self.all_companies else frozenset(self.companies.values_list("pk", flat=True))
