"""Protocol 4.2 to 4.4: what Intacct asks of customers, vendors, items and their contacts."""

from typing import Any

import pytest

from tests.sandbox.conversation import Conversation, create, update

CUSTOMER = {"CUSTOMERID": "C-1", "NAME": "Pump Ltd", "DISPLAYCONTACT": {"PRINTAS": "Pump Ltd"}}


def there(gateway: Conversation, object_name: str, key: str, value: str) -> dict[str, Any] | None:
    return next((one for one in gateway.sandbox.objects(object_name) if one[key] == value), None)


@pytest.mark.parametrize(
    ("object_name", "fields", "words"),
    [
        ("CUSTOMER", {**CUSTOMER, "DISPLAYCONTACT": {"FAX": "1"}}, "Required field PRINTAS is missing"),
        ("CUSTOMER", {**CUSTOMER, "DISPLAYCONTACT": {"PRINTAS": "x", "EMAIL1": "nobody"}},
         "Illegal format for Contactversion: Primary Email Address nobody"),
        ("CUSTOMER", {**CUSTOMER, "BILLTO": {"CONTACTNAME": "Nobody"}}, "Nobody"),
        ("CUSTOMER", {**CUSTOMER, "ONHOLD": "perhaps"}, "Invalid ONHOLD"),
        ("CUSTOMER", {**CUSTOMER, "CREDITLIMIT": "much"}, "Invalid amount"),
        ("CUSTOMER", {**CUSTOMER, "TERMNAME": "NET99"}, "NET99"),
        ("VENDOR", {"VENDORID": "V-1", "NAME": "x", "FORM1099BOX": "1"}, "A 1099 box needs a 1099 form"),
        ("ITEM", {"ITEMID": "I-1", "NAME": "x", "ITEMTYPE": "Toy"}, "Invalid ITEMTYPE"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_in_intacct_words(
    gateway: Conversation, object_name: str, fields: dict[str, Any], words: str
) -> None:
    answer = gateway.ask(create(object_name, fields))
    assert answer.statuses == ["failure"]
    assert words in str(answer.errors(0)[0])


def test_the_display_contact_becomes_a_contact_and_changes_with_its_customer(gateway: Conversation) -> None:
    gateway.ask(create("CUSTOMER", CUSTOMER))
    contact = there(gateway, "CONTACT", "CONTACTNAME", "Pump Ltd(CC-1)")
    assert contact is not None
    gateway.ask(update("CUSTOMER", {"CUSTOMERID": "C-1", "DISPLAYCONTACT": {"PRINTAS": "Pumps"}}))
    contact = there(gateway, "CONTACT", "CONTACTNAME", "Pump Ltd(CC-1)")
    assert contact is not None
    assert contact["PRINTAS"] == "Pumps"


def test_what_a_document_names_cannot_be_deleted(gateway: Conversation) -> None:
    number = there(gateway, "CUSTOMER", "CUSTOMERID", "CUST-01")
    assert number is not None
    answer = gateway.ask(f"<delete><object>CUSTOMER</object><keys>{number['RECORDNO']}</keys></delete>")
    assert answer.statuses == ["failure"]
    assert "cannot be deleted" in str(answer.errors(0)[0])


def test_records_are_made_and_changed_from_outside(gateway: Conversation) -> None:
    gateway.sandbox.records("ARTERM", put=[{"NAME": "NET99", "DUEDATE": "99"}], delete=["NET60"])
    assert there(gateway, "ARTERM", "NAME", "NET99") is not None
    assert there(gateway, "ARTERM", "NAME", "NET60") is None
    gateway.sandbox.seed("ITEM", 3)
    assert len([one for one in gateway.sandbox.objects("ITEM") if one["ITEMID"].startswith("B")]) == 3
