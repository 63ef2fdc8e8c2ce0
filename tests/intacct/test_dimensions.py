"""`getDimensions`: which dimensions a company has, and how they are told apart (protocol 3.7)."""

from decimal import Decimal

from apps.intacct import Create, DimensionInfo, GetDimensions, RawAnswer, Record, payload, read_response
from tests.intacct.answers import response


def listed(*dimensions: dict[str, str]) -> tuple[DimensionInfo, ...]:
    rows = "".join(
        f"<dimension>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in one.items())}</dimension>" for one in dimensions
    )
    result = (
        "<result><status>success</status><function>getDimensions</function><controlid>f1</controlid>"
        f"<data><dimensions>{rows}</dimensions></data></result>"
    )
    (done,) = read_response(RawAnswer(200, {}, response(result)), [GetDimensions("f1")]).outcomes
    return done.dimensions  # type: ignore[union-attr]


def test_they_are_told_apart() -> None:
    assert listed(
        {"objectName": "DEPARTMENT", "objectLabel": "Department", "termLabel": "Cost centre"},
        {"objectName": "line_of_business", "objectLabel": "Line", "userDefinedDimension": "true"},
        {"objectName": "TEAM", "userDefinedDimension": "true", "enabledInGL": "false"},
        {"objectName": ""},
    ) == (
        DimensionInfo("DEPARTMENT", "Cost centre"),
        DimensionInfo("LINE_OF_BUSINESS", "Line", is_user_defined=True),
        DimensionInfo("TEAM", is_user_defined=True, is_in_ledger=False),
    )


def test_a_company_without_any_is_no_failure() -> None:
    assert listed() == ()


def test_a_user_defined_dimension_is_one_more_element_of_a_line() -> None:
    line = Record.of("GLENTRY", {"ACCOUNTNO": "6000", "TRX_AMOUNT": Decimal("1.00"), "GLDIMLINE_OF_BUSINESS": "2"})
    assert "<GLDIMLINE_OF_BUSINESS>2</GLDIMLINE_OF_BUSINESS>" in payload(Create("f1", line))
