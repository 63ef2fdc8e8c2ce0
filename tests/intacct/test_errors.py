"""The error tree and the catalogue: what is known is in the class, what it means in plain words."""

import inspect

import pytest

import apps.intacct as intacct
from apps.intacct import (
    ErrorKind,
    FunctionRefused,
    GatewayError,
    IntacctError,
    NotSent,
    OutcomeUnknown,
    Refused,
)
from apps.intacct import errors as tree
from apps.intacct.documents import read_document
from apps.intacct.error_catalogue import error_catalogue
from apps.intacct.parsing import read_errors, strip_support_id
from tests.intacct.answers import error

NUMBERS = [
    "XL03000003", "XL03000006", "XL03000009", "XL03000010", "BL01001973", "BL34000061", "PL05000104",
    "BL03000018", "BL03001974", "BL03002129", "BL03002185", "BL02000051", "PL01000127", "PL04000005",
    "PL04000055", "DL02000001", "CRE-3211", "GW-0010", "GW-0011", "XMLGW_JPP0002", "invalidRequest",
    "Query Failed", "Get API Session Failed", "readMore failed", "BL03002130", "BL04000004",
]  # fmt: skip


def read(*errors):
    return read_errors(read_document(f"<r><errormessage>{''.join(errors)}</errormessage></r>".encode()))


def kinds():
    return [one for one in vars(tree).values() if inspect.isclass(one) and issubclass(one, IntacctError)]


def test_every_error_is_in_exactly_one_branch():
    branches = (NotSent, OutcomeUnknown, Refused, FunctionRefused)
    for kind in kinds():
        if kind is not IntacctError:
            assert sum(issubclass(kind, branch) for branch in branches) == 1, kind


def test_every_error_says_what_happened_and_what_to_do():
    for kind in kinds():
        assert kind.sentence.endswith(".")
        assert kind.advice.endswith(".")


def test_the_public_surface_is_what_is_listed():
    assert sorted(intacct.__all__) == sorted(set(intacct.__all__))
    for name in intacct.__all__:
        assert hasattr(intacct, name)
    public = {one.__name__ for one in kinds()}
    assert public <= set(intacct.__all__)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_number_seen_in_public_has_words(number):
    (found,) = read(error(number))
    assert found.meaning.endswith(".")
    assert found.next_step.endswith(".")
    assert found.meaning != error_catalogue().unknown.meaning


def test_an_unknown_number_waits_for_a_person_to_read_the_message():
    (found,) = read(error("ZZ99", "Something new"))
    assert found.kind is ErrorKind.UNKNOWN
    assert found.meaning
    assert found.next_step


def test_the_stable_identifier_comes_before_the_number():
    (found,) = read(error("BL01001973", "x", error_id="GL-0493", message_id="IA.DUPLICATE_ACCOUNT_NUMBER"))
    assert (found.error_id, found.message_id) == ("GL-0493", "IA.DUPLICATE_ACCOUNT_NUMBER")
    assert found.kind is ErrorKind.PERSON
    (found,) = read(error("BL01001973", "x", message_id="IA.DUPLICATE_ACCOUNT_NUMBER"))
    assert found.kind is ErrorKind.DUPLICATE


def test_the_number_comes_before_the_text():
    (found,) = read(error("BL34000061", "The vendor 'V1' is invalid."))
    assert found.kind is ErrorKind.DUPLICATE


@pytest.mark.parametrize(
    ("number", "text", "kind"),
    [
        ("XL03000006", "Incorrect Intacct XML Partner ID or password.", "configuration"),
        ("XL03000006", "P1 is not a valid transport policy.", "configuration"),
        ("XL03000006", "Sign-in information is incorrect", "configuration"),
        ("XL03000006", "Invalid session abc", "configuration"),
        ("BL01001973", "The vendor 'V1' is invalid.", "master_data"),
        ("BL01001973", "Vendor 'V1' specified is not valid.", "master_data"),
        ("BL01001973", "Customer 'C1' specified is not valid.", "master_data"),
        ("BL01001973", "The employee 'E1' is invalid.", "master_data"),
        ("BL01001973", "Project 'P1' specified is not valid.", "master_data"),
        ("BL01001973", "Invalid Project 'P1' specified.", "master_data"),
        ("BL01001973", "The location 'L1' is invalid.", "master_data"),
        ("BL01001973", "The department 'D1' is invalid.", "master_data"),
        ("BL01001973", "Account 4000 is not valid", "master_data"),
        ("BL01001973", "The account number '4000' requires a Department", "person"),
        ("BL01001973", "This transaction is missing the Department dimension for the Account 4000", "person"),
        ("BL01001973", "GL account '4000': 'X' specified is not valid. GL account is restricted", "person"),
        ("BL01001973", "Location must be 100. This value is auto-filled from Project", "person"),
        ("BL01001973", "Activate the vendor V1, then try again.", "person"),
        ("BL01001973", "Date must be on or after 01/01/2026", "person"),
        ("BL01001973", "Transactions do not balance for entity 100", "person"),
        ("BL01001973", "A transaction with the number 'B-1' already exists", "duplicate"),
        ("BL01001973", "Duplicate account number", "duplicate"),
        ("BL01001973", "Please provide a payment batch key", "configuration"),
        ("BL01001973", "Required field Date Due is missing", "person"),
        ("BL01001973", "You do not have permission for API operation CREATE", "configuration"),
        ("BL01001973", "The customer C1 is on hold", "person"),
        ("BL01001973", "Tax detail 'UK20' is not valid", "master_data"),
        ("", "The Service is Temporarily Off-line", "transient"),
        ("", "API rate limit exceeded", "transient"),
        ("", "Document Number is missing", "configuration"),
        ("", "Object definition FOO not found", "configuration"),
        ("BL01001973", "Could not create Bill record!", "unknown"),
    ],
)
def test_the_text_is_the_last_resort(number, text, kind):
    (found,) = read(error(number, text))
    assert found.kind is ErrorKind(kind), found.meaning


@pytest.mark.parametrize(
    "text",
    [
        "The function control ID f1 has already been executed",
        "Control ID 'abc' is not unique",
        "Duplicate controlid abc",
        "This request was already processed",
    ],
)
def test_a_repeat_is_recognised(text):
    refusal = FunctionRefused("f1", read(error("XL03000006", text)))
    assert refusal.already_executed
    assert refusal.kind is ErrorKind.DUPLICATE


def test_a_duplicate_business_number_is_no_repeat():
    assert not FunctionRefused("f1", read(error("BL34000061", "Another Bill already exists"))).already_executed


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("x [Support ID: abc%7Edef]", "x"),
        ("x [Support ID: abc] y", "x y"),
        ("[Support ID: abc]", ""),
        ("x [Support ID: cut", "x"),
        (" plain ", "plain"),
        ("", ""),
    ],
)
def test_the_support_id_is_cut(text, stripped):
    assert strip_support_id(text) == stripped


@pytest.mark.parametrize(
    ("numbers", "primary"),
    [
        (["BL34000061", "BL01001973"], "BL34000061"),
        (["BL01001973", "BL34000061"], "BL34000061"),
        (["BL01001973"], "BL01001973"),
        (["BL01001973", "XL03000009"], "BL01001973"),
        (["XL03000009"], "XL03000009"),
        ([], ""),
    ],
)
def test_the_most_specific_error_is_the_primary_one(numbers, primary):
    assert FunctionRefused("f1", [GatewayError(number) for number in numbers]).primary.errorno == primary


def test_a_refusal_can_be_raised_and_is_equal_by_value():
    first, second = (FunctionRefused("f1", [GatewayError("X", meaning="It is so.")]) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != FunctionRefused("f2", first.errors)
    assert str(first) == "Intacct refused the document: It is so."
    with pytest.raises(FunctionRefused):
        raise first
