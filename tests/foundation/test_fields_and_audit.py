"""Secrets at rest, the journal that is only added to, delivered data that respects an admin, and money."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.configuration.models import IntacctConfiguration
from apps.foundation import audit
from apps.foundation.audit import AuditEntry
from apps.foundation.delivered import LoadReport, load, read_rows
from apps.foundation.fields import EncryptedTextField, MoneyField, SecretUnreadable
from apps.foundation.money import LARGEST_AMOUNT, currency_digits, decimals_of, plain
from apps.postings.models import JournalEntryType, PostingLine
from apps.postings.services.delivered import load_journal_entry_types

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
SECRET = "sesame-4711"


def stored(configuration: IntacctConfiguration) -> str:
    """The password's column, as it stands in the database."""
    with connection.cursor() as cursor:
        table = IntacctConfiguration._meta.db_table
        cursor.execute(f"SELECT user_password FROM {table} WHERE id = %s", [configuration.pk])  # noqa: S608
        (value,) = cursor.fetchone()
    assert isinstance(value, str)
    return value


def store(configuration: IntacctConfiguration, value: str) -> None:
    with connection.cursor() as cursor:
        table = IntacctConfiguration._meta.db_table
        cursor.execute(f"UPDATE {table} SET user_password = %s WHERE id = %s", [value, configuration.pk])  # noqa: S608


@pytest.fixture
def kept(configuration: IntacctConfiguration, settings: Any) -> IntacctConfiguration:
    """A configuration whose password was written with the old key."""
    settings.ENCRYPTION_KEYS = [OLD]
    configuration.user_password = SECRET
    configuration.save()
    return configuration


def reloaded(configuration: IntacctConfiguration) -> IntacctConfiguration:
    return IntacctConfiguration.objects.get(pk=configuration.pk)


def test_a_secret_is_ciphertext_in_the_database_and_text_in_the_code(kept: IntacctConfiguration) -> None:
    assert SECRET not in stored(kept)
    assert Fernet(OLD).decrypt(stored(kept).encode()).decode() == SECRET
    assert reloaded(kept).user_password == SECRET


def test_the_same_secret_is_written_differently_each_time(kept: IntacctConfiguration) -> None:
    before = stored(kept)
    kept.save()
    assert stored(kept) != before


def test_an_empty_secret_stays_empty(kept: IntacctConfiguration) -> None:
    kept.user_password = ""
    kept.save()
    assert stored(kept) == ""
    assert reloaded(kept).user_password == ""


def test_a_new_key_in_front_writes_and_the_old_one_still_reads(kept: IntacctConfiguration, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    again = reloaded(kept)
    assert again.user_password == SECRET
    again.save()
    assert Fernet(NEW).decrypt(stored(kept).encode()).decode() == SECRET
    settings.ENCRYPTION_KEYS = [NEW]
    assert reloaded(kept).user_password == SECRET, "the old key is no longer needed"


def test_a_lost_key_is_said_in_words_that_hold_neither_secret_nor_ciphertext(
    kept: IntacctConfiguration, settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = [OTHER]
    with pytest.raises(SecretUnreadable) as caught:
        reloaded(kept)
    words = str(caught.value)
    assert "password" in words
    assert "PORTAL_ENCRYPTION_KEYS" in words
    assert "enter the secret again" in words
    assert SECRET not in words
    assert stored(kept) not in words


@pytest.mark.parametrize("planted", ["plain text", "gAAAAA", ""])
def test_what_was_never_encrypted_is_not_given_out(kept: IntacctConfiguration, planted: str) -> None:
    store(kept, planted)
    if planted:
        with pytest.raises(SecretUnreadable):
            reloaded(kept)
    else:
        assert reloaded(kept).user_password == ""


def test_a_changed_ciphertext_is_not_given_out(kept: IntacctConfiguration) -> None:
    text = stored(kept)
    store(kept, text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:])
    with pytest.raises(SecretUnreadable):
        reloaded(kept)


def test_a_key_that_is_none_is_a_mistake_of_the_environment(kept: IntacctConfiguration, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = ["not a key"]
    with pytest.raises(ImproperlyConfigured, match="not a Fernet key") as caught:
        reloaded(kept)
    assert "not a key" not in str(caught.value)


@given(st.text(min_size=1))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    field: Any = EncryptedTextField()
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        return
    assert field.from_db_value(field.get_prep_value(text), None, None) == text


@pytest.fixture
def entry(db: None) -> AuditEntry:
    audit.record(audit.Event(actor="somebody", action="looked", subject_type="thing", subject_id="1"))
    return AuditEntry.objects.get()


def test_the_database_refuses_to_change_the_journal(entry: AuditEntry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(actor="nobody")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    entry.refresh_from_db()
    assert entry.actor == "somebody"


def test_the_database_refuses_to_delete_from_the_journal(entry: AuditEntry) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditEntry._meta.db_table}")  # noqa: S608
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_many_events_are_one_insert(django_assert_num_queries: Any) -> None:
    events = [
        audit.Event(actor="somebody", action="looked", subject_type="thing", subject_id=str(number))
        for number in range(50)
    ]
    with django_assert_num_queries(1):
        audit.record(events)
    assert AuditEntry.objects.count() == 50


@pytest.mark.django_db
def test_an_event_shares_the_fate_of_its_change() -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            audit.record(audit.Event(actor="somebody", action="changed", subject_type="thing", subject_id="1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_long_names_do_not_keep_an_event_from_being_written() -> None:
    audit.record(
        audit.Event(actor="a" * 400, action="looked", subject_type="thing", subject_id="1", subject_label="l" * 400)
    )
    entry = AuditEntry.objects.get()
    assert (len(entry.actor), len(entry.subject_label)) == (150, 120)


ROWS = [
    {"document_type": "stock_receipt", "target_object": "GLBATCH", "journal": "IJ"},
    {"document_type": "stock_issue", "target_object": "GLBATCH", "journal": "IJ"},
]
KEY = ("document_type", "target_object")


@pytest.mark.django_db
def test_delivered_data_can_be_loaded_again_and_again() -> None:
    assert load(JournalEntryType, ROWS, key=KEY) == LoadReport(created=2)
    assert load(JournalEntryType, ROWS, key=KEY) == LoadReport()


@pytest.mark.django_db
def test_a_new_delivery_updates_what_nobody_changed_and_keeps_what_an_admin_did() -> None:
    load(JournalEntryType, ROWS, key=KEY)
    JournalEntryType.objects.filter(document_type="stock_issue").update(journal="MINE")
    newer = [{**row, "journal": "STK"} for row in ROWS]
    assert load(JournalEntryType, newer, key=KEY) == LoadReport(updated=1, kept=1)
    assert dict(JournalEntryType.objects.values_list("document_type", "journal")) == {
        "stock_receipt": "STK",
        "stock_issue": "MINE",
    }
    assert load(JournalEntryType, newer, key=KEY) == LoadReport(kept=1)


@pytest.mark.django_db
def test_a_row_that_an_admin_added_is_left_alone() -> None:
    JournalEntryType.objects.create(document_type="stock_count", target_object="GLBATCH", journal="MINE")
    load(JournalEntryType, ROWS, key=KEY)
    assert JournalEntryType.objects.get(document_type="stock_count").journal == "MINE"


@pytest.mark.django_db
def test_a_delivery_that_fails_midway_leaves_nothing() -> None:
    with pytest.raises(DatabaseError):
        load(JournalEntryType, [*ROWS, {**ROWS[0], "document_type": "unheard_of"}], key=KEY)
    assert not JournalEntryType.objects.exists()


@pytest.mark.django_db
def test_the_whole_delivery_can_be_loaded_twice(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_delivered_data")
    capsys.readouterr()
    call_command("load_delivered_data")
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert [line for line in lines if ": 0 new, 0 refreshed, 0 kept" not in line] == []
    assert load_journal_entry_types() == LoadReport()


def test_a_delivered_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text("journal: IJ\n")
    with pytest.raises(TypeError, match=r"rows\.yaml must hold a list"):
        read_rows(file)


@pytest.mark.parametrize("amount", ["0", "0.0001", "0.1", "99999999999.9999", "-99999999999.9999"])
def test_a_money_field_takes_eleven_digits_and_four_decimals(amount: str) -> None:
    assert MoneyField().clean(Decimal(amount), None) == Decimal(amount)


@pytest.mark.parametrize("amount", ["100000000000", "0.00001", "12345678901.12345", "NaN", "Infinity"])
def test_a_money_field_refuses_what_it_would_not_keep_exactly(amount: str) -> None:
    with pytest.raises(ValidationError):
        MoneyField().clean(Decimal(amount), None)


amounts = st.integers(-int(LARGEST_AMOUNT * 10_000), int(LARGEST_AMOUNT * 10_000)).map(lambda n: Decimal(n).scaleb(-4))


@pytest.mark.django_db
@given(amount=amounts)
def test_every_amount_of_a_money_field_survives_the_database(amount: Decimal) -> None:
    field: Any = PostingLine._meta.get_field("amount")
    column = field.get_col(PostingLine._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(%s AS decimal(15, 4))", [field.get_db_prep_value(amount, connection)])
        (value,) = cursor.fetchone()
    for convert in connection.ops.get_db_converters(column):
        value = convert(value, column, connection)
    assert value == amount


@pytest.mark.parametrize(("code", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("XAU", None), ("XYZ", None)])
def test_currencies_have_the_decimals_of_the_standard(code: str, digits: int | None) -> None:
    assert currency_digits(code) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [("1.5", "USD", "1.50"), ("1E+3", "JPY", "1000"), ("0.001", "KWD", "0.001"), ("-2", "EUR", "-2.00")],
)
def test_an_amount_is_written_plainly_in_its_currencys_decimals(amount: str, currency: str, text: str) -> None:
    assert plain(Decimal(amount), currency) == text


def test_an_amount_is_never_rounded() -> None:
    with pytest.raises(ValueError, match="more decimals than JPY"):
        plain(Decimal("1.5"), "JPY")


@given(amounts.filter(lambda amount: decimals_of(amount) <= 2))
def test_what_is_written_is_what_was_meant(amount: Decimal) -> None:
    written = plain(amount, "USD")
    assert Decimal(written) == amount
    assert "E" not in written
