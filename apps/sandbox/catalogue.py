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
    "ITEMID": 30, "CONTACTNAME": 200, "PRINTAS": 200, "EXTENDED_DESCRIPTION": 400, "SODESCRIPTION": 400,
    "PODESCRIPTION": 400, "TAXID": 20, "COMMENTS": 200,
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
    within: str = ""
    """The field that names the record within which an ID is unique: a task's project."""

    @property
    def natural_key(self) -> str:
        """The field that people know a record by: its ID, or a document's number."""
        return self.number_field or self.key


def names_in(text: str, *more: Iterable[str]) -> set[str]:
    """The names in a text, and more of them."""
    return set(text.split()).union(*more)


def _object(name: str, label: str, key: str, fields: set[str], **more: Any) -> ObjectDefinition:
    return ObjectDefinition(name, label, key, frozenset(fields | {"RECORDNO", "STATUS"}), **more)


_MEGA = names_in("MEGAENTITYID WHENMODIFIED")
_CURRENCY = names_in("BASECURR CURRENCY EXCH_RATE_DATE EXCH_RATE_TYPE_ID EXCHANGE_RATE")
_TOTALS = names_in("TOTALENTERED TRX_TOTALENTERED TOTALDUE TRX_TOTALDUE TOTALPAID TRX_TOTALPAID")
_SUBLEDGER = names_in(
    "WHENCREATED WHENDUE WHENPOSTED RECORDID DOCNUMBER DESCRIPTION TERMNAME SUPDOCID PRBATCH TAXSOLUTIONID ACTION STATE"
    " MODULEKEY RECORD_URL", _MEGA, _CURRENCY, _TOTALS,
)  # fmt: skip
_SUBLEDGER_LINE = names_in(
    "RECORDKEY LINE_NO ACCOUNTNO TRX_AMOUNT ENTRYDESCRIPTION LOCATIONID DEPARTMENTID TAXENTRIES ALLOCATION FORM1099"
    " BILLABLE OFFSETGLACCOUNTNO TASKID TOTALTRXAMOUNT PARTIALEXEMPT CONTRACTID WAREHOUSEID", DIMENSIONS, USER_DEFINED,
)  # fmt: skip
_JOURNAL_LINE = names_in(
    "BATCHNO DOCUMENT ACCOUNTNO TRX_AMOUNT AMOUNT TR_TYPE DESCRIPTION ALLOCATION DEPARTMENT LOCATION TASKID BILLABLE"
    " TAXENTRIES LINE_NO ENTRY_DATE CONTRACTID WAREHOUSEID", _CURRENCY - {"BASECURR"}, DIMENSIONS, USER_DEFINED,
)  # fmt: skip
_PARTNER = names_in(
    "NAME ONHOLD TERMNAME CURRENCY TAXID CREDITLIMIT PARENTID COMMENTS TOTALDUE EMAIL1 DISPLAYCONTACT CONTACTINFO"
    " BILLTO SHIPTO PAYTO RETURNTO OBJECTRESTRICTION ONETIME HIDEDISPLAYCONTACT EMAILOPTIN GLGROUP CONTACT_LIST_INFO"
    " RESTRICTEDLOCATIONS RESTRICTEDDEPARTMENTS OFFSETGLACCOUNTNO ACCOUNTLABEL WHENCREATED", _MEGA,
)  # fmt: skip
_TERM = names_in("NAME DESCRIPTION DUEDATE DUEFROM DISCDATE DISCFROM DISCAMOUNT DISCPERCAMN WHENMODIFIED")
"""The read-side names of the discount are not public (protocol 11.8): these are ours, and `lookup` tells them."""


def _document(name: str, label: str, party: str, term: str, fields: str, **more: Any) -> tuple[ObjectDefinition, ...]:
    """A sub-ledger document and its lines: bills, invoices, adjustments, advances."""
    lines = f"{name}ITEM"
    references = {f"{party}ID": party, "TAXSOLUTIONID": "TAXSOLUTION"} | ({"TERMNAME": term} if term else {})
    own = names_in(fields, (f"{party}ID", f"{lines}S"), _SUBLEDGER)
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
            names_in(
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
            names_in(
                "ACCOUNTNO TITLE ACCOUNTTYPE NORMALBALANCE CLOSINGTYPE REQUIREDEPT REQUIRELOC REQUIREPROJECT"
                " REQUIRETASK REQUIRECUSTOMER REQUIREVENDOR REQUIREEMPLOYEE REQUIREITEM REQUIRECLASS TAXABLE CATEGORY"
                " ALTERNATIVEACCOUNT", (f"REQUIRE{name}" for name in USER_DEFINED), _MEGA,
            ),
            required=("ACCOUNTNO", "TITLE"),
        ),
        _object("GLJOURNAL", "Journal", "SYMBOL", names_in("SYMBOL TITLE"), required=("SYMBOL", "TITLE")),
        _object("APTERM", "AP term", "NAME", _TERM, creatable=False),
        _object("ARTERM", "AR term", "NAME", _TERM, creatable=False),
        _object(
            "TAXDETAIL", "Tax detail", "DETAILID",
            names_in("DETAILID DESCRIPTION TAXTYPE VALUE GLACCOUNT TAXSOLUTIONID REVERSECHARGE", _MEGA),
            creatable=False,
        ),
        _object(
            "TAXSOLUTION", "Tax solution", "SOLUTIONID", names_in("SOLUTIONID DESCRIPTION TAXMETHOD TYPE"),
            creatable=False,
        ),
    )  # fmt: skip


def _custom_objects() -> tuple[ObjectDefinition, ...]:
    """Objects that the integration's own application brings along."""
    return (
        _object(
            "DMO_AUDIT_TRAIL", "DMO audit trail", "NAME", names_in("NAME TENANT WHENMODIFIED"),
            required=("NAME", "TENANT"),
        ),
    )  # fmt: skip


def _dimension_objects() -> tuple[ObjectDefinition, ...]:
    return (
        _object(
            "CUSTOMER", "Customer", "CUSTOMERID", names_in(
                "CUSTOMERID CUSTTYPE DELIVERY_OPTIONS CUSTREPID TERRITORYID ARACCOUNT SHIPPINGMETHOD RESALENO"
                " RETAINAGEPERCENTAGE CUSTOMERCONTACTS", _PARTNER,
            ),
            required=("NAME",), references={"TERMNAME": "ARTERM", "PARENTID": "CUSTOMER"},
        ),
        _object(
            "VENDOR", "Vendor", "VENDORID", names_in(
                "VENDORID VENDTYPE VENDORACCOUNTNO NAME1099 FORM1099TYPE FORM1099BOX PAYMENTPRIORITY DONOTCUTCHECK"
                " APACCOUNT BILLINGTYPE MERGEPAYMENTREQ VENDORCONTACTS", _PARTNER,
            ),
            required=("NAME",), references={"TERMNAME": "APTERM", "PARENTID": "VENDOR"},
        ),
        _object(
            "ITEM", "Item", "ITEMID",
            names_in(
                "ITEMID NAME ITEMTYPE EXTENDED_DESCRIPTION SODESCRIPTION PODESCRIPTION PRODUCTLINEID GLGROUP UOMGRP"
                " NOTE UPC STANDARD_COST BASEPRICE TAXABLE WHENCREATED", _MEGA,
            ),
            required=("ITEMID", "NAME", "ITEMTYPE"),
        ),
        _object(
            "CONTACT", "Contact", "CONTACTNAME",
            names_in(
                "CONTACTNAME PRINTAS COMPANYNAME TAXABLE TAXGROUP TAXSOLUTIONID TAXSCHEDULE TAXID PREFIX FIRSTNAME"
                " LASTNAME INITIAL PHONE1 PHONE2 CELLPHONE PAGER FAX EMAIL1 EMAIL2 URL1 URL2 MAILADDRESS WHENCREATED",
                _MEGA,
            ),
            required=("CONTACTNAME", "PRINTAS"),
        ),
        _object(
            "LOCATIONENTITY", "Entity", "LOCATIONID", names_in("LOCATIONID NAME CURRENCY OPCOUNTRY"), creatable=False
        ),
        _object("LOCATION", "Location", "LOCATIONID", names_in("LOCATIONID NAME PARENTID CURRENCY ENTITY")),
        _object("DEPARTMENT", "Department", "DEPARTMENTID", names_in("DEPARTMENTID TITLE PARENTID WHENMODIFIED")),
        _object("CLASS", "Class", "CLASSID", names_in("CLASSID NAME DESCRIPTION PARENTID WHENMODIFIED")),
        _object("PROJECT", "Project", "PROJECTID", names_in("PROJECTID NAME CUSTOMERID PROJECTCATEGORY WHENMODIFIED")),
        _object(
            "TASK", "Task", "TASKID",
            names_in("TASKID NAME DESCRIPTION PROJECTID PARENTID ITEMID TASKSTATUS WHENMODIFIED"),
            required=("TASKID", "NAME", "PROJECTID"), references={"PROJECTID": "PROJECT", "ITEMID": "ITEM"},
            within="PROJECTID",
        ),
        _object(
            "EMPLOYEE", "Employee", "EMPLOYEEID", names_in("EMPLOYEEID TITLE LOCATIONID DEPARTMENTID WHENMODIFIED")
        ),
        _object(
            "LINE_OF_BUSINESS", "Line of business", "id",
            names_in("id name createdBy updatedBy createdAt updatedAt"), creatable=False,
        ),
    )  # fmt: skip


OBJECTS: dict[str, ObjectDefinition] = {
    one.name: one for one in (*_documents(), *_ledger_objects(), *_dimension_objects(), *_custom_objects())
}
LISTS = {one.lines_field: one.lines_object for one in OBJECTS.values() if one.lines_field} | {"TAXENTRIES": "TAXENTRY"}

DATES = names_in(
    "WHENCREATED WHENDUE WHENPOSTED BATCH_DATE REVERSEDATE EXCH_RATE_DATE RECPAYMENTDATE ENTRY_DATE PAYMENTDATE"
    " RECEIPTDATE WHENPAID"
)
BOOLEANS = names_in(
    "ONHOLD TAXABLE REVERSECHARGE INCLUSIVETAX BILLABLE ONETIME HIDEDISPLAYCONTACT EMAILOPTIN DONOTCUTCHECK"
)
AMOUNTS = names_in("TRX_AMOUNT AMOUNT TOTALTRXAMOUNT VALUE CREDITLIMIT STANDARD_COST BASEPRICE", _TOTALS)
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
