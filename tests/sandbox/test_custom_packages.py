"""Custom packages: imported, replaced, refused; what their custom fields change; where they are listed."""

from collections.abc import Callable

import pytest
import requests
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.access.roles import Role
from apps.sandbox.models import CustomPackage, SmartEventLog
from tests.patience import PATIENCE
from tests.sandbox.conversation import Conversation, create, equal, query, tags, update
from tests.sandbox.documents import bill, journal_entry, legacy
from tests.sandbox.packages import NOBODY, custom_field, install, installed, package, post_package, smart_event

CODE = {"CUSTOMERID": "C-1", "NAME": "New", "DISPLAYCONTACT": {"PRINTAS": "New"}, "PORTAL_CODE": "A-1"}
IMPORT_PAGE = "admin:sandbox_custompackage_changelist"


def test_a_package_is_imported_with_its_fields_and_events(gateway: Conversation) -> None:
    (imported,) = install(gateway, custom_field(), custom_field("PORTAL_RANK", "customer"), smart_event())
    event = imported["smart_events"][0]
    assert imported["custom_fields"] == {"CUSTOMER": ["PORTAL_CODE", "PORTAL_RANK"]}
    assert (imported["name"], imported["description"], imported["author"]) == ("Portal", "Tells the portal", "Tests")
    assert (imported["signed"], imported["intacctid"]) == (False, "")
    assert event == {
        "smartlinkid": "PORTAL_CUSTOMER",
        "ownerobject": "CUSTOMER",
        "events": ["add", "set", "delete"],
        "target": NOBODY,
        "method": "post",
        "arguments": {
            "object": "CUSTOMER",
            "recordno": "{!CUSTOMER.RECORDNO!}",
            "id": "{!CUSTOMER.CUSTOMERID!}",
            "token": "…",
        },
        "condition": "1 == 1",
        "request_timeout": 2,
        "active": True,
    }
    assert installed(gateway) == [imported]


def test_importing_again_replaces(gateway: Conversation) -> None:
    install(gateway, custom_field(), smart_event("ONE"), smart_event("TWO"))
    install(gateway, custom_field("OTHER"), smart_event("TWO", events=["set"]))
    (now,) = installed(gateway)
    assert now["custom_fields"] == {"CUSTOMER": ["OTHER"]}
    assert [(one["smartlinkid"], one["events"]) for one in now["smart_events"]] == [("TWO", ["set"])]


def test_a_smart_link_is_the_packages_that_brought_it_last(gateway: Conversation) -> None:
    install(gateway, smart_event("ONE"), smart_event("TWO"), name="First")
    install(gateway, smart_event("TWO"), name="Second")
    assert {one["name"]: [event["smartlinkid"] for event in one["smart_events"]] for one in installed(gateway)} == {
        "First": ["ONE"],
        "Second": ["TWO"],
    }


def test_several_packages_in_one_document(gateway: Conversation) -> None:
    both = f"<customErpPackages>{package(name='A')}{package(name='B')}</customErpPackages>"
    assert [one["name"] for one in post_package(gateway, both).json()["results"]] == ["A", "B"]


def test_what_is_no_event_of_ours_is_left_alone(gateway: Conversation) -> None:
    mail = (
        smart_event("MAIL").replace("<httpPostAction>", "<emailAction>").replace("</httpPostAction>", "</emailAction>")
    )
    start, end = mail.index("<emailAction>") + len("<emailAction>"), mail.index("</emailAction>")
    mail = f"{mail[:start]}<subject>New</subject><attach>false</attach><body>Look</body>{mail[end:]}"
    (imported,) = install(gateway, mail, smart_event("POST", active="false"), custom_field("OFF", active="false"))
    assert [(one["smartlinkid"], one["active"]) for one in imported["smart_events"]] == [("POST", False)]
    assert imported["custom_fields"] == {}


GOOD = package(custom_field(), smart_event())
REFUSALS = {
    "empty": ("", "The document is empty."),
    "no xml": ("\nno xml", "Line 2: This is not well-formed XML: "),
    "cut": (GOOD[:-30], "This is not well-formed XML: "),
    "dtd": (f"<!DOCTYPE customErpPackage SYSTEM 'http://127.0.0.1:9/x.dtd'>{GOOD}", "A document type (DTD) is not"),
    "entity": (
        f'<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/passwd">]>{GOOD.replace("Tests", "&file;")}',
        "A document type (DTD) is not allowed",
    ),
    "bomb": (
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefgh", "bcdefghi", strict=True))
        + f"]>{GOOD.replace('Tests', '&i;')}",
        "A document type (DTD) is not allowed",
    ),
    "another document": ("<request/>", "Line 1: The document begins with request, not with customErpPackage"),
    "part of one": ("<height>3</height>", "Line 1: The document begins with height"),
    "unknown element": (GOOD.replace("<customFields>", "\n<colours/><customFields>"), "Line 2: Element 'colours'"),
    "no name": (GOOD.replace("<name>Portal</name>", ""), "Line 1: Element 'packageDescription'"),
    "empty name": (GOOD.replace("Portal<", "<"), "Line 1: name has 1 to 200 characters."),
    "empty section": (package(more="<smartLinks/>"), "Line 1: Element 'smartLinks'"),
    "unknown method": (package(smart_event(method="PUT")), "Line 1: Element 'method'"),
    "time-out": (package(smart_event(timeout=11)), "Line 1: Element 'requestTimeout'"),
    "twice": (package(smart_event(), smart_event()), "The smart link PORTAL_CUSTOMER is there twice."),
    "package twice": (f"<customErpPackages>{GOOD}{GOOD}</customErpPackages>", "The package Portal is there twice."),
    "another type": (GOOD.replace(">workflow<", ">click<"), "The type of the smart link PORTAL_CUSTOMER"),
    "no address": (package(smart_event(target="ftp://127.0.0.1/")), "has no target that begins with https://"),
    "no field name": (package(custom_field("A B")), "The customFieldId 'A B' holds other than letters"),
    "too large": (package(more=f"<signature>{'x' * 2 * 1024 * 1024}</signature>"), "The document is larger than 2 MB."),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_valid_package_is_refused_and_nothing_is_stored(gateway: Conversation, name: str) -> None:
    document, words = REFUSALS[name]
    refusal = post_package(gateway, document)
    assert (refusal.status_code, list(refusal.json())) == (422, ["detail"])
    assert words in refusal.json()["detail"]
    assert installed(gateway) == []


def test_a_refused_document_leaves_the_one_that_is_installed(gateway: Conversation) -> None:
    before = install(gateway, custom_field(), smart_event())
    broken = package(name="Other").replace("</customErpPackage>", "<colours/></customErpPackage>")
    assert post_package(gateway, f"<customErpPackages>{GOOD}{broken}</customErpPackages>").status_code == 422
    assert installed(gateway) == before


def test_a_custom_field_is_accepted_read_and_found_once_its_package_is_there(gateway: Conversation) -> None:
    refused = gateway.ask(create("CUSTOMER", CODE))
    assert refused.errors()[0].text == "Field PORTAL_CODE is not a valid field of CUSTOMER"
    install(gateway, custom_field())
    assert gateway.ask(create("CUSTOMER", CODE)).statuses == ["success"]
    assert gateway.ask(query("CUSTOMER", "CUSTOMERID", condition=equal("PORTAL_CODE", "A-1"))).values("CUSTOMERID") == [
        "C-1"
    ]
    gateway.ask(update("CUSTOMER", {"CUSTOMERID": "C-1", "PORTAL_CODE": "A-2"}))
    named = tags({"object": "CUSTOMER", "keys": "C-1", "fields": "PORTAL_CODE"})
    assert gateway.ask(f"<readByName>{named}</readByName>").values("PORTAL_CODE") == ["A-2"]
    fields = gateway.ask("<inspect><object>CUSTOMER</object></inspect>").root.iter("Field")
    assert "PORTAL_CODE" in [one.text for one in fields]


def test_custom_fields_of_the_settings_count_beside_them(gateway: Conversation) -> None:
    install(gateway, custom_field("PORTAL_CODE", "APBILL"), custom_field("PORTAL_LINE", "APBILLITEM"))
    line = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "5.00", "LOCATIONID": "100", "PORTAL_LINE": "L-1"}
    answer = gateway.ask(create("APBILL", bill(line, DMO_POSTING_KEY="K-1", PORTAL_CODE="A-1")))
    assert answer.statuses == ["success"]
    (stored,) = gateway.sandbox.objects("APBILL")
    assert (stored["PORTAL_CODE"], stored["APBILLITEMS"][0]["PORTAL_LINE"]) == ("A-1", "L-1")
    assert "PORTAL_CODE" not in requests.get(f"{gateway.sandbox.base}control/", timeout=PATIENCE).text


def test_legacy_documents_take_them_too(gateway: Conversation) -> None:
    install(gateway, custom_field("PORTAL_CODE", "ARINVOICE"))
    custom = {"customfield": {"customfieldname": "PORTAL_CODE", "customfieldvalue": "A-1"}}
    fields = legacy("create_invoice")
    items = fields.pop("invoiceitems")
    document = tags({**fields, "customfields": custom, "invoiceitems": items})
    assert gateway.ask(f"<create_invoice>{document}</create_invoice>").statuses == ["success"]
    assert gateway.sandbox.objects("ARINVOICE")[0]["PORTAL_CODE"] == "A-1"


def test_without_its_package_a_field_is_unknown_again(gateway: Conversation) -> None:
    install(gateway, custom_field())
    assert requests.delete(f"{gateway.sandbox.base}control/packages/", timeout=PATIENCE).status_code == 204
    assert installed(gateway) == []
    assert gateway.ask(create("CUSTOMER", CODE)).statuses == ["failure"]


def test_settings_are_reset_without_the_packages_and_the_ledger_is_emptied_with_them(gateway: Conversation) -> None:
    install(gateway, custom_field())
    gateway.sandbox.disarm()
    assert [one["name"] for one in installed(gateway)] == ["Portal"]
    gateway.sandbox.clear()
    assert installed(gateway) == []


def test_installed_packages_are_listed_as_intacct_lists_them(gateway: Conversation) -> None:
    install(gateway, name="B", more="<signature>signed</signature>")
    install(gateway, name="A")
    answer = gateway.ask('<get_list object="customerppackage"/>')
    head = answer.results[0].find("listtype")
    assert (head.text, dict(head.attrib)) == ("customerppackage", {"start": "0", "end": "1", "total": "2"})
    assert [{one.tag: one.text or "" for one in row} for row in answer.rows] == [
        {"name": "A", "description": "Tells the portal", "author": "Tests", "intacctid": "", "signed": "false"},
        {"name": "B", "description": "Tells the portal", "author": "Tests", "intacctid": "", "signed": "true"},
    ]


def test_an_empty_list(gateway: Conversation) -> None:
    answer = gateway.ask('<get_list object="customerppackage"/>')
    assert (answer.rows, answer.results[0].find("listtype").get("total")) == ([], "0")


@pytest.mark.parametrize(
    ("function", "control"),
    [
        ('<get_list object="vendor"/>', "success"),
        ('<get_list object="customerppackage"><fields><field>colour</field></fields></get_list>', "success"),
        ("<get_list/>", "failure"),
        ('<get_list object="customerppackage" start="x"/>', "failure"),
        ('<get_list object="customerppackage"><colour/></get_list>', "failure"),
    ],
)
def test_a_list_that_is_not_there_is_refused(gateway: Conversation, function: str, control: str) -> None:
    answer = gateway.ask(function)
    assert answer.control == control
    assert answer.statuses == (["failure"] if control == "success" else [])


@pytest.fixture
def page(person: Callable[[Role], User]) -> Client:
    """The import page's visitor: in the integration administrators' group, no superuser."""
    user = person(Role.INTEGRATION_ADMIN)
    User.objects.filter(pk=user.pk).update(is_superuser=False)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def uploaded(document: str) -> dict[str, SimpleUploadedFile]:
    return {"document": SimpleUploadedFile("package.xml", document.encode(), content_type="text/xml")}


@pytest.mark.django_db(databases=["default", "sandbox"])
def test_the_import_page_imports_and_shows_what_is_installed(page: Client) -> None:
    assert "No customisation package is installed." in page.get(reverse(IMPORT_PAGE)).text
    answer = page.post(reverse(IMPORT_PAGE), uploaded(GOOD), follow=True)
    assert "Imported: Portal." in answer.text
    for shown in ("Tells the portal", "PORTAL_CODE", "PORTAL_CUSTOMER", "add, set, delete", NOBODY):
        assert shown in answer.text
    details = page.get(reverse("admin:sandbox_custompackage_change", args=[CustomPackage.objects.get().pk]))
    assert (details.status_code, "PORTAL_CUSTOMER" in details.text) == (200, True)
    assert "a secret of the package" not in answer.text + details.text


@pytest.mark.django_db(databases=["default", "sandbox"])
@pytest.mark.parametrize("document", ["no xml", "<request/>", ""])
def test_the_import_page_says_why_a_document_is_refused(page: Client, document: str) -> None:
    answer = page.post(reverse(IMPORT_PAGE), uploaded(document))
    assert answer.status_code == 422
    assert "Nothing was imported." in answer.text
    assert 'role="alert"' in answer.text
    assert CustomPackage.objects.count() == 0


@pytest.mark.django_db(databases=["default", "sandbox"])
def test_without_a_file_the_import_page_asks_for_one(page: Client) -> None:
    assert "This field is required." in page.post(reverse(IMPORT_PAGE), {}).text


@pytest.mark.django_db(databases=["default", "sandbox"])
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_who_may_not_see_the_sandbox_may_not_import(person: Callable[[Role], User], role: Role) -> None:
    client = Client()
    client.force_login(person(role))
    assert client.post(reverse(IMPORT_PAGE), uploaded(GOOD)).status_code == 403
    assert client.get(reverse(IMPORT_PAGE)).status_code == 403
    assert CustomPackage.objects.count() == 0


def test_journal_entries_take_custom_fields_of_their_lines(gateway: Conversation) -> None:
    install(gateway, custom_field("PORTAL_LINE", "GLENTRY"))
    lines = [
        {"ACCOUNTNO": "1200", "TRX_AMOUNT": "60.00", "TR_TYPE": side, "LOCATION": "100", "PORTAL_LINE": "L-1"}
        for side in ("1", "-1")
    ]
    assert gateway.ask(create("GLBATCH", journal_entry(*lines))).statuses == ["success"]


@pytest.mark.django_db(databases=["default", "sandbox"])
def test_the_log_of_smart_events_has_pages(page: Client) -> None:
    row = SmartEventLog.objects.create(
        smart_link_id="PORTAL_CUSTOMER", topic="ADD_CUSTOMER", owner_object="CUSTOMER", object_key="C-1",
        user_id="xml_gateway", method="post", target=NOBODY, arguments=[["id", "<C-1>"], ["token", "…"]],
        status="TimeoutError",
    )  # fmt: skip
    rows = page.get(reverse("admin:sandbox_smarteventlog_changelist")).text
    details = page.get(reverse("admin:sandbox_smarteventlog_change", args=[row.pk])).text
    assert all(shown in rows for shown in ("PORTAL_CUSTOMER", "ADD_CUSTOMER", "TimeoutError"))
    assert all(shown in details for shown in ("id: &lt;C-1&gt;", "token: …", NOBODY))
