"""Failures as Intacct answers them (protocol 2.3, 2.4, part 6)."""

from dataclasses import dataclass, field

from lxml import etree

ROLLED_BACK = "XL03000009"


@dataclass(frozen=True)
class ErrorLine:
    """One `error`: the most specific comes first in a chain."""

    errorno: str
    description2: str
    description: str = ""
    correction: str = ""
    error_id: str = ""


class RequestFailed(Exception):
    """The whole request is refused in its control block: no operation in the answer."""

    def __init__(self, error: ErrorLine) -> None:
        super().__init__(error.description2)
        self.error = error


class SignInFailed(Exception):
    """The operation is refused at authentication: no function ran."""

    def __init__(self, error: ErrorLine) -> None:
        super().__init__(error.description2)
        self.error = error


@dataclass
class FunctionFailed(Exception):
    """One function is refused. `errors` is the chain; `data` what was done all the same (protocol 2.3 level 5)."""

    errors: list[ErrorLine] = field(default_factory=list)
    data: etree._Element | None = None

    def __str__(self) -> str:
        return "; ".join(error.description2 for error in self.errors)


def refused(errorno: str, text: str, correction: str = "", error_id: str = "") -> FunctionFailed:
    return FunctionFailed([ErrorLine(errorno, text, correction=correction, error_id=error_id)])


def invalid_reference(label: str, value: str) -> FunctionFailed:
    """A reference to nothing, or to something inactive (protocol 6.2)."""
    return refused(
        "BL01001973", f"{label} '{value}' specified is not valid.", f"Provide a valid {label.lower()}.", "CO-0001"
    )


def missing_field(name: str) -> FunctionFailed:
    return refused("BL03000018", f"Required field {name} is missing", f"Provide a value for {name}.", "CO-0002")


def schema_error(text: str, line: int = 1) -> RequestFailed:
    """XML that does not parse or does not follow the schema (protocol 2.3 level 1)."""
    return RequestFailed(
        ErrorLine(
            "XL03000003",
            f"XML Parse schema error: {text} at line {line}",
            "XML Schema validation error",
            "Correct the request and try again.",
        )
    )
