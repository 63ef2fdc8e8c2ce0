"""The objects of the simulated company: fields, keys, references, lines (protocol parts 4 and 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

DIMENSIONS = {
    "PROJECTID": "PROJECT",
    "CUSTOMERID": "CUSTOMER",
    "VENDORID": "VENDOR",
    "EMPLOYEEID": "EMPLOYEE",
    "ITEMID": "ITEM",
    "CLASSID": "CLASS",
}
USER_DEFINED = {"GLDIMLINE_OF_BUSINESS": "LINE_OF_BUSINESS"}
"""The company's user-defined dimension: its value is the integer `id` (protocol 4.1)."""

LENGTHS = {
    "RECORDID": 45, "DOCNUMBER": 45, "BATCH_TITLE": 80, "REFERENCENO": 50, "DESCRIPTION": 1000,
    "ENTRYDESCRIPTION": 1000, "CUSTOMERID": 20, "VENDORID": 20, "NAME": 100,
}  # fmt: skip


@dataclass(frozen=True)
class ObjectDefinition:
    """What a record of an object may and must have. `references`: field → object that it names."""

    name: str
    label: str
    key: str
    fields: frozenset[str]
    required: tuple[str, ...] = ()
    references: dict[str, str] = field(default_factory=dict)
    lines_field: str = ""
    lines_object: str = ""
    parent_field: str = ""
    number_field: str = ""
    creatable: bool = True

    @property
    def natural_key(self) -> str:
        """The field that people know a record by: its ID, or a document's number."""
        return self.number_field or self.key


def _names(text: str, *more: Iterable[str]) -> set[str]:
    return set(text.split()).union(*more)


def _object(name: str, label: str, key: str, fields: set[str], **more: Any) -> ObjectDefinition:
    return ObjectDefinition(name, label, key, frozenset(fields | {"RECORDNO", "STATUS"}), **more)


_MEGA = _names("MEGAENTITYID WHENMODIFIED")
_CURRENCY = _names("BASECURR CURRENCY EXCH_RATE_DATE EXCH_RATE_TYPE_ID EXCHANGE_RATE")
_TOTALS = _names("TOTALENTERED TRX_TOTALENTERED TOTALDUE TRX_TOTALDUE TOTALPAID TRX_TOTALPAID")
_SUBLEDGER = _names(
    "WHENCREATED WHENDUE WHENPOSTED RECORDID DOCNUMBER DESCRIPTION TERMNAME SUPDOCID PRBATCH TAXSOLUTIONID ACTION STATE"
    " MODULEKEY RECORD_URL", _MEGA, _CURRENCY, _TOTALS,
)  # fmt: skip
_SUBLEDGER_LINE = _names(
    "RECORDKEY LINE_NO ACCOUNTNO TRX_AMOUNT ENTRYDESCRIPTION LOCATIONID DEPARTMENTID TAXENTRIES ALLOCATION FORM1099"
    " BILLABLE OFFSETGLACCOUNTNO TASKID TOTALTRXAMOUNT PARTIALEXEMPT CONTRACTID WAREHOUSEID", DIMENSIONS, USER_DEFINED,
)  # fmt: skip
_JOURNAL_LINE = _names(
    "BATCHNO DOCUMENT ACCOUNTNO TRX_AMOUNT AMOUNT TR_TYPE DESCRIPTION ALLOCATION DEPARTMENT LOCATION TASKID BILLABLE"
    " TAXENTRIES LINE_NO ENTRY_DATE CONTRACTID WAREHOUSEID", _CURRENCY - {"BASECURR"}, DIMENSIONS, USER_DEFINED,
)  # fmt: skip
_PARTNER = _names(
    "NAME ONHOLD TERMNAME CURRENCY TAXID CREDITLIMIT PARENTID COMMENTS TOTALDUE EMAIL1 DISPLAYCONTACT CONTACTINFO"
    " BILLTO SHIPTO PAYTO RETURNTO OBJECTRESTRICTION", _MEGA,
)  # fmt: skip
_TERM = _names("NAME DESCRIPTION DUEDATE DUEFROM DISCDATE DISCFROM DISCAMOUNT DISCPERCAMN WHENMODIFIED")
"""The read-side names of the discount are not public (protocol 11.8): these are ours, and `lookup` tells them."""


def _document(name: str, label: str, party: str, term: str, fields: str, **more: Any) -> tuple[ObjectDefinition, ...]:
    """A sub-ledger document and its lines: bills, invoices, adjustments, advances."""
    lines = f"{name}ITEM"
    references = {f"{party}ID": party, "TAXSOLUTIONID": "TAXSOLUTION"} | ({"TERMNAME": term} if term else {})
    own = _names(fields, (f"{party}ID", f"{lines}S"), _SUBLEDGER)
    return (
        _object(
            name, label, "RECORDNO", own, references=references, lines_field=f"{lines}S", lines_object=lines, **more
        ),
        _object(lines, f"{label} line", "RECORDNO", _SUBLEDGER_LINE, parent_field="RECORDKEY", creatable=False),
    )


def _documents() -> tuple[ObjectDefinition, ...]:
    return (
        *_document(
            "APBILL", "Bill", "VENDOR", "APTERM",
            "RECPAYMENTDATE PAYMENTPRIORITY ONHOLD INCLUSIVETAX BILLTOPAYTOCONTACTNAME SHIPTORETURNTOCONTACTNAME",
            required=("VENDORID", "WHENCREATED", "WHENDUE", "APBILLITEMS"), number_field="RECORDID",
        ),
        *_document(
            "ARINVOICE", "Invoice", "CUSTOMER", "ARTERM", "", number_field="RECORDID",
            required=("CUSTOMERID", "WHENCREATED", "ARINVOICEITEMS"), creatable=False,
        ),
        *_document(
            "ARADJUSTMENT", "AR adjustment", "CUSTOMER", "", "", number_field="RECORDID",
            required=("CUSTOMERID", "WHENCREATED", "ARADJUSTMENTITEMS"), creatable=False,
        ),
        *_document(
            "APADJUSTMENT", "AP adjustment", "VENDOR", "", "INCLUSIVETAX", number_field="RECORDID",
            required=("VENDORID", "WHENCREATED", "APADJUSTMENTITEMS"), creatable=False,
        ),
        *_document(
            "ARADVANCE", "AR advance", "CUSTOMER", "",
            "PAYMENTMETHOD PAYMENTDATE RECEIPTDATE FINANCIALENTITY UNDEPOSITEDACCOUNTNO PRBATCHKEY",
            required=("CUSTOMERID", "PAYMENTMETHOD", "PAYMENTDATE", "RECEIPTDATE", "ARADVANCEITEMS"),
        ),
    )  # fmt: skip


def _ledger_objects() -> tuple[ObjectDefinition, ...]:
    return (
        _object(
            "GLBATCH", "Journal entry", "RECORDNO",
            _names(
                "JOURNAL BATCH_DATE BATCH_TITLE REVERSEDATE HISTORY_COMMENT REFERENCENO BASELOCATION_NO SUPDOCID STATE"
                " TAXIMPLICATIONS VATVENDORID VATCUSTOMERID TAXSOLUTIONID ENTRIES MODULE BATCHNO WHENCREATED"
                " RECORD_URL", _MEGA,
            ),
            required=("JOURNAL", "BATCH_DATE", "BATCH_TITLE", "ENTRIES"), lines_field="ENTRIES",
            references={
                "JOURNAL": "GLJOURNAL", "BASELOCATION_NO": "LOCATION", "VATVENDORID": "VENDOR",
                "VATCUSTOMERID": "CUSTOMER", "TAXSOLUTIONID": "TAXSOLUTION",
            },
            lines_object="GLENTRY", number_field="REFERENCENO",
        ),
        _object("GLENTRY", "Journal entry line", "RECORDNO", _JOURNAL_LINE, parent_field="BATCHNO", creatable=False),
        _object(
            "GLACCOUNT", "Account", "ACCOUNTNO",
            _names(
                "ACCOUNTNO TITLE ACCOUNTTYPE NORMALBALANCE CLOSINGTYPE REQUIREDEPT REQUIRELOC REQUIREPROJECT"
                " REQUIRETASK REQUIRECUSTOMER REQUIREVENDOR REQUIREEMPLOYEE REQUIREITEM REQUIRECLASS TAXABLE CATEGORY"
                " ALTERNATIVEACCOUNT", _MEGA,
            ),
            required=("ACCOUNTNO", "TITLE"),
        ),
        _object("GLJOURNAL", "Journal", "SYMBOL", _names("SYMBOL TITLE"), required=("SYMBOL", "TITLE")),
        _object("APTERM", "AP term", "NAME", _TERM, creatable=False),
        _object("ARTERM", "AR term", "NAME", _TERM, creatable=False),
        _object(
            "TAXDETAIL", "Tax detail", "DETAILID",
            _names("DETAILID DESCRIPTION TAXTYPE VALUE GLACCOUNT TAXSOLUTIONID REVERSECHARGE", _MEGA), creatable=False,
        ),
        _object(
            "TAXSOLUTION", "Tax solution", "SOLUTIONID", _names("SOLUTIONID DESCRIPTION TAXMETHOD TYPE"),
            creatable=False,
        ),
    )  # fmt: skip


def _custom_objects() -> tuple[ObjectDefinition, ...]:
    """Objects that the integration's own application brings along."""
    return (
        _object(
            "DMO_AUDIT_TRAIL", "DMO audit trail", "NAME", _names("NAME TENANT WHENMODIFIED"),
            required=("NAME", "TENANT"),
        ),
    )  # fmt: skip


def _dimension_objects() -> tuple[ObjectDefinition, ...]:
    return (
        _object(
            "CUSTOMER", "Customer", "CUSTOMERID", _names("CUSTOMERID CUSTTYPE DELIVERY_OPTIONS", _PARTNER),
            required=("NAME",), references={"TERMNAME": "ARTERM", "PARENTID": "CUSTOMER"},
        ),
        _object(
            "VENDOR", "Vendor", "VENDORID", _names("VENDORID VENDTYPE VENDORACCOUNTNO", _PARTNER),
            required=("NAME",), references={"TERMNAME": "APTERM", "PARENTID": "VENDOR"},
        ),
        _object(
            "ITEM", "Item", "ITEMID",
            _names("ITEMID NAME ITEMTYPE EXTENDED_DESCRIPTION PRODUCTLINEID GLGROUP", _MEGA),
            required=("ITEMID", "NAME", "ITEMTYPE"),
        ),
        _object(
            "LOCATIONENTITY", "Entity", "LOCATIONID", _names("LOCATIONID NAME CURRENCY OPCOUNTRY"), creatable=False
        ),
        _object("LOCATION", "Location", "LOCATIONID", _names("LOCATIONID NAME PARENTID CURRENCY ENTITY")),
        _object("DEPARTMENT", "Department", "DEPARTMENTID", _names("DEPARTMENTID TITLE PARENTID WHENMODIFIED")),
        _object("CLASS", "Class", "CLASSID", _names("CLASSID NAME DESCRIPTION PARENTID WHENMODIFIED")),
        _object("PROJECT", "Project", "PROJECTID", _names("PROJECTID NAME CUSTOMERID PROJECTCATEGORY WHENMODIFIED")),
        _object("EMPLOYEE", "Employee", "EMPLOYEEID", _names("EMPLOYEEID TITLE LOCATIONID DEPARTMENTID WHENMODIFIED")),
        _object(
            "LINE_OF_BUSINESS", "Line of business", "id",
            _names("id name createdBy updatedBy createdAt updatedAt"), creatable=False,
        ),
    )  # fmt: skip


OBJECTS: dict[str, ObjectDefinition] = {
    one.name: one for one in (*_documents(), *_ledger_objects(), *_dimension_objects(), *_custom_objects())
}
LISTS = {one.lines_field: one.lines_object for one in OBJECTS.values() if one.lines_field} | {"TAXENTRIES": "TAXENTRY"}

DATES = _names(
    "WHENCREATED WHENDUE WHENPOSTED BATCH_DATE REVERSEDATE EXCH_RATE_DATE RECPAYMENTDATE ENTRY_DATE PAYMENTDATE"
    " RECEIPTDATE WHENPAID"
)
BOOLEANS = _names("ONHOLD TAXABLE REVERSECHARGE INCLUSIVETAX BILLABLE")
AMOUNTS = _names("TRX_AMOUNT AMOUNT VALUE", _TOTALS)
CODES = {
    ("*", "STATUS"): {"T": "active", "F": "inactive"},
    ("GLBATCH", "STATE"): {"P": "Posted", "I": "Draft"},
    ("APBILL", "STATE"): {"A": "Posted", "D": "Draft"},
    ("TAXDETAIL", "TAXTYPE"): {"S": "Sale", "P": "Purchase"},
    ("GLACCOUNT", "ACCOUNTTYPE"): {"I": "incomestatement", "N": "balancesheet"},
}
"""readByQuery compares these codes, query their labels (protocol, table 3.5b)."""

MODULE_FIELDS: dict[str, dict[str, frozenset[str]]] = {
    "projects": {"GLACCOUNT": frozenset({"REQUIREPROJECT", "REQUIRETASK"})},
}
"""Fields that a company has with a module only; without it they are not known there (guide, "GL account mapping")."""


def without_modules(modules: dict[str, bool], object_name: str) -> frozenset[str]:
    """The fields of an object that this company does not have."""
    missing = [fields.get(object_name, frozenset()) for name, fields in MODULE_FIELDS.items() if not modules.get(name)]
    return frozenset().union(*missing)
