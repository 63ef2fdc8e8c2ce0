"""The documented legacy creators as data: their strict order, and the fields that they fill (protocol 1.5, 4.5-4.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LegacyModel:
    """Children in the schema's order. `alternatives`: exactly one of them; `needs`: a child and what it wants."""

    order: tuple[str, ...]
    required: tuple[str, ...]
    fields: Mapping[str, str]
    alternatives: tuple[str, ...] = ()
    at_least_one: tuple[str, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    object_name: str = ""
    lines: str = ""
    line: str = "lineitem"
    lines_field: str = ""
    fewest_lines: int = 1


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CURRENCY = "basecurr currency exchratedate exchratetype exchrate"
_CURRENCY_NEEDS = {
    "basecurr": ("currency",),
    "currency": ("exchratetype", "exchrate"),
    "exchratedate": ("exchratetype",),
    "exchratetype": ("currency",),
    "exchrate": ("currency",),
}
_CURRENCY_FIELDS = {
    "basecurr": "BASECURR", "currency": "CURRENCY", "exchratedate": "EXCH_RATE_DATE",
    "exchratetype": "EXCH_RATE_TYPE_ID", "exchrate": "EXCHANGE_RATE",
}  # fmt: skip
_HEADER_FIELDS = {
    "customerid": "CUSTOMERID", "vendorid": "VENDORID", "datecreated": "WHENCREATED", "dateposted": "WHENPOSTED",
    "datedue": "WHENDUE", "termname": "TERMNAME", "action": "ACTION", "description": "DESCRIPTION",
    "supdocid": "SUPDOCID", "taxsolutionid": "TAXSOLUTIONID", "batchkey": "PRBATCH", "onhold": "ONHOLD",
    "inclusivetax": "INCLUSIVETAX", **_CURRENCY_FIELDS,
}  # fmt: skip
_PROJECT_NEEDS = {"taskid": ("projectid",), "costtypeid": ("taskid",)}
_DIMENSION_FIELDS = {
    "projectid": "PROJECTID", "taskid": "TASKID", "customerid": "CUSTOMERID", "vendorid": "VENDORID",
    "employeeid": "EMPLOYEEID", "itemid": "ITEMID", "classid": "CLASSID", "contractid": "CONTRACTID",
    "warehouseid": "WAREHOUSEID",
}  # fmt: skip


def _header(
    object_name: str, order: str, lines: str, numbers: Mapping[str, str], at_least_one: tuple[str, ...] = ()
) -> LegacyModel:
    names = _names(order)
    return LegacyModel(
        order=(*names, lines),
        required=(names[0], "datecreated", lines),
        fields={**_HEADER_FIELDS, **numbers},
        at_least_one=at_least_one,
        needs=_CURRENCY_NEEDS,
        object_name=object_name,
        lines=lines,
        lines_field=f"{object_name}ITEMS",
    )


LEGACY_MODELS: dict[str, LegacyModel] = {
    "create_invoice": _header(
        "ARINVOICE",
        "customerid datecreated dateposted datedue termname batchkey action invoiceno ponumber description externalid"
        f" billto shipto {_CURRENCY} nogl supdocid customfields taxsolutionid",
        "invoiceitems",
        {"invoiceno": "RECORDID", "ponumber": "DOCNUMBER"},
    ),
    "create_bill": _header(
        "APBILL",
        "vendorid datecreated dateposted datedue termname action batchkey billno ponumber onhold description externalid"
        f" payto returnto {_CURRENCY} nogl supdocid customfields inclusivetax taxsolutionid",
        "billitems",
        {"billno": "RECORDID", "ponumber": "DOCNUMBER"},
        at_least_one=("datedue", "termname"),
    ),
    "create_aradjustment": _header(
        "ARADJUSTMENT",
        "customerid datecreated dateposted batchkey adjustmentno action invoiceno description externalid"
        f" {_CURRENCY} nogl taxsolutionid",
        "aradjustmentitems",
        {"adjustmentno": "RECORDID", "invoiceno": "DOCNUMBER"},
    ),
    "create_apadjustment": _header(
        "APADJUSTMENT",
        "vendorid datecreated dateposted batchkey adjustmentno action billno description externalid"
        f" {_CURRENCY} nogl customfields inclusivetax taxsolutionid",
        "apadjustmentitems",
        {"adjustmentno": "RECORDID", "billno": "DOCNUMBER"},
    ),
    "create_gltransaction": LegacyModel(
        order=(
            "journalid", "datecreated", "reversedate", "description", "referenceno", "sourceentity", "customfields",
            "gltransactionentries",
        ),
        required=("journalid", "datecreated", "description", "gltransactionentries"),
        fields={
            "journalid": "JOURNAL", "datecreated": "BATCH_DATE", "reversedate": "REVERSEDATE",
            "description": "BATCH_TITLE", "referenceno": "REFERENCENO", "sourceentity": "BASELOCATION_NO",
        },
        object_name="GLBATCH",
        lines="gltransactionentries",
        line="glentry",
        lines_field="ENTRIES",
        fewest_lines=2,
    ),
}  # fmt: skip

LEGACY_LINES: dict[str, LegacyModel] = {
    "lineitem": LegacyModel(
        order=_names(
            "accountlabel glaccountno offsetglaccountno amount allocationid memo locationid"
            " departmentid item1099 form1099type form1099box key totalpaid totaldue customfields"
            " revrectemplate defrevaccount revrecstartdate revrecenddate projectid taskid costtypeid"
            " customerid vendorid employeeid itemid classid contractid warehouseid billable"
            " totaltrxamount partialexempt paymenttaxcapture taxentries"
        ),
        required=("amount",),
        alternatives=("accountlabel", "glaccountno"),
        needs=_PROJECT_NEEDS,
        fields={
            "glaccountno": "ACCOUNTNO", "amount": "TRX_AMOUNT", "memo": "ENTRYDESCRIPTION", "locationid": "LOCATIONID",
            "departmentid": "DEPARTMENTID", "offsetglaccountno": "OFFSETGLACCOUNTNO", "allocationid": "ALLOCATION",
            "billable": "BILLABLE", "totaltrxamount": "TOTALTRXAMOUNT", **_DIMENSION_FIELDS,
        },
    ),
    "glentry": LegacyModel(
        order=_names(
            "trtype amount glaccountno document datecreated memo locationid departmentid customerid"
            " vendorid employeeid projectid taskid costtypeid itemid classid contractid warehouseid"
            " customfields recon_date currency exchratedate exchratetype exchrate"
        ),
        required=("trtype", "amount", "glaccountno"),
        needs={**_PROJECT_NEEDS, **_CURRENCY_NEEDS},
        fields={
            "trtype": "TR_TYPE", "amount": "TRX_AMOUNT", "glaccountno": "ACCOUNTNO", "document": "DOCUMENT",
            "memo": "DESCRIPTION", "locationid": "LOCATION", "departmentid": "DEPARTMENT",
            **_CURRENCY_FIELDS, **_DIMENSION_FIELDS,
        },
    ),
}  # fmt: skip
