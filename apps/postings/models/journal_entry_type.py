"""Journal entry types: the journal and the account types of a document's lines. Delivered; an admin may change them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.foundation.delivered import DeliveredRow
from apps.masterdata.models import Journal
from apps.organisation.models import Legislation
from apps.postings.document_types import JOURNAL_ENTRY, AmountType, DocumentType, MovementType, Side
from apps.postings.models.posting_class_definition import PostingClassDefinition


class CommonReference(models.TextChoices):
    """Which number the lines of an entry are labelled with, and so grouped by, in Sage Intacct."""

    DOCUMENT_NUMBER = "document_number", _("Document number")
    SOURCE_DOCUMENT_NUMBER = "source_document_number", _("Source document number")
    SUPPLIER_DOCUMENT_NUMBER = "supplier_document_number", _("Supplier document number")


class JournalEntryType(DeliveredRow):
    """Of a legislation, or of every legislation that has none of its own for the document type and object."""

    delivered_names: ClassVar = ("name", "is_active", "journal", "common_reference", "lines")

    legislation = models.ForeignKey(
        Legislation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("legislation"),
        help_text=_("Empty: every legislation that has no journal entry type of its own."),
    )
    document_type = models.CharField(_("document type"), max_length=32, choices=DocumentType)
    target_object = models.CharField(_("Intacct object"), max_length=40)
    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    journal = models.CharField(
        _("journal"),
        max_length=12,
        blank=True,
        help_text=_("The symbol of the journal in Sage Intacct. Bills and invoices have none."),
    )
    common_reference = models.CharField(
        _("common reference"),
        max_length=32,
        choices=CommonReference,
        default=CommonReference.DOCUMENT_NUMBER,
        help_text=_("The number that an entry's lines are labelled with. Where it is missing: the document's number."),
    )

    class Meta:
        verbose_name = _("journal entry type")
        verbose_name_plural = _("journal entry types")
        ordering = ["legislation", "document_type", "target_object"]
        constraints = [
            models.UniqueConstraint(
                fields=["legislation", "document_type", "target_object"], name="postings_entry_type_once"
            ),
            models.UniqueConstraint(
                fields=["document_type", "target_object"],
                condition=Q(legislation__isnull=True),
                name="postings_entry_type_of_all_once",
                violation_error_message=_("There is one of every legislation for this document type and object."),
            ),
            models.CheckConstraint(
                name="postings_entry_type_document_known", condition=Q(document_type__in=DocumentType.values)
            ),
            models.CheckConstraint(
                name="postings_entry_type_has_journal",
                condition=~Q(target_object=JOURNAL_ENTRY) | ~Q(journal=""),
                violation_error_message=_("A journal entry needs a journal."),
            ),
            models.CheckConstraint(
                name="postings_entry_type_reference_known", condition=Q(common_reference__in=CommonReference.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.get_document_type_display()} → {self.target_object}"

    def clean(self) -> None:
        """An inactive journal can't be linked (dmo-facts 4.5); one that was never read may be."""
        if self.journal and Journal.objects.filter(symbol=self.journal, is_active=False).exists():
            raise ValidationError({"journal": _("This journal is inactive in Sage Intacct.")})

    @property
    def lines_text(self) -> str:
        """The lines as text, in their order: `document amount credit sales_revenue; …`."""
        return "; ".join(line.words for line in self.lines.all())

    @lines_text.setter
    def lines_text(self, text: str) -> None:
        """What `write_lines` will put in place of the lines there are."""
        self._wanted = text

    def wanted_lines(self) -> list["JournalEntryTypeLine"]:
        """The lines of the text that was set. Raises `ValidationError` for words that mean nothing."""
        definitions = definitions_of(self.legislation_id)
        return lines_of(self, [line.split() for line in self._wanted.split(";") if line.strip()], definitions)

    def write_lines(self) -> None:
        """Put the lines of the text in place of those there are."""
        wanted = self.wanted_lines()
        self.lines.all().delete()
        JournalEntryTypeLine.objects.bulk_create(wanted)

    def delivered_value(self, name: str) -> Any:
        return self.lines_text if name == "lines" else super().delivered_value(name)

    @transaction.atomic
    def take_delivered(self, values: Mapping[str, Any]) -> None:
        super().take_delivered({name: value for name, value in values.items() if name != "lines"})
        if "lines" in values:
            self.lines_text = values["lines"]
            self.write_lines()


class EntryLineManager(models.Manager["JournalEntryTypeLine"]):
    """A line is never read without its account type."""

    def get_queryset(self) -> models.QuerySet["JournalEntryTypeLine", "JournalEntryTypeLine"]:
        return super().get_queryset().select_related("account_type")


class JournalEntryTypeLine(models.Model):
    """An account type that lines of this movement, amount type and side may have."""

    entry_type = models.ForeignKey(
        JournalEntryType, models.CASCADE, related_name="lines", verbose_name=_("journal entry type")
    )
    movement_type = models.CharField(_("movement"), max_length=32, choices=MovementType)
    amount_type = models.CharField(_("amount type"), max_length=40, choices=AmountType)
    side = models.CharField(_("side"), max_length=6, choices=Side)
    account_type = models.ForeignKey(
        PostingClassDefinition, models.PROTECT, related_name="+", verbose_name=_("account type")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    objects = EntryLineManager()

    class Meta:
        verbose_name = _("line of the journal entry type")
        verbose_name_plural = _("lines of the journal entry type")
        ordering = ["entry_type", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry_type", "movement_type", "amount_type", "side", "account_type"],
                name="postings_entry_type_line_once",
            ),
            models.CheckConstraint(name="postings_entry_type_side_known", condition=Q(side__in=Side.values)),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return f"{self.movement_type} {self.amount_type} {self.side} {self.account_type.code}"

    def clean(self) -> None:
        """A legislation's own account type is for that legislation only."""
        own = self.account_type.legislation_id if self.account_type_id else None
        if own is not None and self.entry_type_id and own != self.entry_type.legislation_id:
            raise ValidationError({"account_type": _("This account type belongs to another legislation.")})


def definitions_of(legislation_id: int | None) -> dict[str, PostingClassDefinition]:
    """The account types of a legislation by code: its own, and those of every legislation."""
    rows = PostingClassDefinition.objects.filter(Q(legislation=None) | Q(legislation=legislation_id))
    return {one.code: one for one in sorted(rows, key=lambda one: one.legislation_id is not None)}


def lines_of(
    entry_type: JournalEntryType, words: Sequence[Sequence[str]], definitions: Mapping[str, PostingClassDefinition]
) -> list[JournalEntryTypeLine]:
    """Unsaved lines. Raises `ValidationError` for words that mean nothing."""
    made = []
    movements, amounts, sides = MovementType.values, AmountType.values, Side.values
    for order, given in enumerate(words, start=1):
        known = len(given) == 4 and given[0] in movements and given[1] in amounts and given[2] in sides
        if not known or given[3] not in definitions:
            raise ValidationError(f"{' '.join(given)!r} is no line of a journal entry type.")
        movement, amount, side, code = given
        made.append(
            JournalEntryTypeLine(
                entry_type=entry_type,
                movement_type=movement,
                amount_type=amount,
                side=side,
                account_type=definitions[code],
                order=order,
            )
        )
    return made
