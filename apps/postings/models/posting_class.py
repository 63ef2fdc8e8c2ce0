"""Posting classes: by chart of accounts and account type, the account that a record's movements go to."""

import json
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.masterdata.models import Account
from apps.organisation.models import ChartOfAccounts
from apps.organisation.models.codes import CODE
from apps.postings.models.posting_class_definition import WITH_CLASSES, ClassType, PostingClassDefinition


class PostingClass(DeliveredRow):
    """Items, customers, suppliers, … that are posted alike. The default one is for records without a class."""

    delivered_names: ClassVar = ("class_type", "name", "is_default")

    code = models.CharField(_("ID"), max_length=24, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=80)
    class_type = models.CharField(_("for"), max_length=12, choices=[(one.value, one.label) for one in WITH_CLASSES])
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("For every record of its kind that has no posting class.")
    )

    class Meta:
        verbose_name = _("posting class")
        verbose_name_plural = _("posting classes")
        ordering = ["class_type", "code"]
        constraints = [
            models.CheckConstraint(
                name="postings_class_type_known", condition=Q(class_type__in=[one.value for one in WITH_CLASSES])
            ),
            models.UniqueConstraint(
                fields=["class_type"],
                condition=Q(is_default=True),
                name="postings_class_default_once",
                violation_error_message=_("There is a default posting class for these already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def lines_text(self) -> str:
        """The lines as text: chart, account type, account, and the accounts by tax detail."""
        return json.dumps(
            [
                [
                    line.chart_of_accounts.code,
                    list(line.definition.natural_key()),
                    line.account,
                    {one.tax_detail: one.account for one in line.taxes.all()},
                ]
                for line in self.lines.all()
            ]
        )

    @lines_text.setter
    def lines_text(self, text: str) -> None:
        """What `write_lines` will put in place of the lines there are."""
        self._wanted = text

    def wanted_lines(self) -> list[tuple["PostingClassLine", dict[str, str]]]:
        """The lines of the text that was set. Raises `ValidationError` where it is none, or names what is not here."""
        try:
            return [self._line(*line) for line in json.loads(self._wanted)]
        except (TypeError, ValueError, AttributeError):
            raise ValidationError("These are no lines of a posting class.") from None
        except ChartOfAccounts.DoesNotExist:
            raise ValidationError("A chart of accounts is neither here nor in the file.") from None
        except PostingClassDefinition.DoesNotExist:
            raise ValidationError("An account type is not known here.") from None

    def _line(
        self, chart: str, definition: list[str], account: str, taxes: dict[str, str]
    ) -> tuple["PostingClassLine", dict[str, str]]:
        line = PostingClassLine(
            posting_class=self,
            chart_of_accounts=ChartOfAccounts.objects.get(code=chart),
            definition=PostingClassDefinition.objects.get_by_natural_key(*definition),
            account=str(account),
        )
        return line, {str(detail): str(number) for detail, number in taxes.items()}

    @transaction.atomic
    def write_lines(self) -> None:
        """Put the lines of the text in place of those there are."""
        wanted = self.wanted_lines()
        self.lines.all().delete()
        for line, taxes in wanted:
            line.save()
            for detail, account in taxes.items():
                line.taxes.create(tax_detail=detail, account=account)


def known_account(number: str) -> None:
    """Accounts come from Sage Intacct: only what was read from there can be posted to."""
    if not Account.objects.filter(number=number, is_active=True).exists():
        raise ValidationError(_("There is no active account %s. Synchronise the accounts if it is new.") % number)


class ClassLineManager(models.Manager["PostingClassLine"]):
    """A line is never read without its chart and account type."""

    def get_queryset(self) -> models.QuerySet["PostingClassLine", "PostingClassLine"]:
        return super().get_queryset().select_related("chart_of_accounts", "definition")


class PostingClassLine(models.Model):
    """The account of one account type in one chart."""

    posting_class = models.ForeignKey(
        PostingClass, models.CASCADE, related_name="lines", verbose_name=_("posting class")
    )
    chart_of_accounts = models.ForeignKey(
        ChartOfAccounts, models.PROTECT, related_name="+", verbose_name=_("chart of accounts")
    )
    definition = models.ForeignKey(
        PostingClassDefinition, models.PROTECT, related_name="class_lines", verbose_name=_("account type")
    )
    account = models.CharField(_("account"), max_length=24, validators=[known_account])

    objects = ClassLineManager()

    class Meta:
        verbose_name = _("line of the posting class")
        verbose_name_plural = _("lines of the posting class")
        ordering = ["posting_class", "chart_of_accounts", "definition"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting_class", "chart_of_accounts", "definition"], name="postings_class_line_once"
            ),
            models.CheckConstraint(name="postings_class_line_has_account", condition=~Q(account="")),
        ]

    def __str__(self) -> str:
        return f"{self.chart_of_accounts.code}, {self.definition}: {self.account}"

    def clean(self) -> None:
        """The account type is one of the class's kind and of the chart's legislation."""
        flaws: dict[str, Any] = {}
        definition = self.definition if self.definition_id else None
        chart = self.chart_of_accounts if self.chart_of_accounts_id else None
        if definition is not None and self.posting_class.class_type not in ("", definition.class_type):
            flaws["definition"] = _("This account type is for: %s.") % ClassType(definition.class_type).label
        elif definition and chart and definition.legislation_id not in (None, chart.legislation_id):
            flaws["definition"] = _("This account type belongs to another legislation than the chart.")
        if flaws:
            raise ValidationError(flaws)


class PostingClassTaxLine(models.Model):
    """Another account for lines with this tax detail; for all others the line's own counts."""

    line = models.ForeignKey(PostingClassLine, models.CASCADE, related_name="taxes", verbose_name=_("line"))
    tax_detail = models.CharField(_("tax detail"), max_length=100)
    account = models.CharField(_("account"), max_length=24, validators=[known_account])

    class Meta:
        verbose_name = _("account by tax")
        verbose_name_plural = _("accounts by tax")
        ordering = ["line", "tax_detail"]
        constraints = [
            models.UniqueConstraint(fields=["line", "tax_detail"], name="postings_class_tax_once"),
            models.CheckConstraint(
                name="postings_class_tax_says_something", condition=~Q(account="") & ~Q(tax_detail="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax_detail}: {self.account}"

    def clean(self) -> None:
        """Only where the account type has the tax as a criterion."""
        if self.line_id and not self.line.definition.by_tax:
            raise ValidationError(_("The account of %s does not depend on the tax.") % self.line.definition)
