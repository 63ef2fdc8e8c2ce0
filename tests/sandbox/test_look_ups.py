"""Looking a document up stays fast however many there are: an index answers what the portal asks."""

import pytest
from lxml import etree

from apps.sandbox.filters import narrowed
from apps.sandbox.models import StoredRecord
from apps.sandbox.querying import candidates
from tests.sandbox.conversation import equal


@pytest.mark.django_db(databases=["default", "sandbox"])
@pytest.mark.parametrize(
    ("object_name", "condition", "index"),
    [
        pytest.param("APBILL", equal("DMO_POSTING_KEY", "K-1"), "sandbox_by_marker", id="by posting key"),
        pytest.param("APBILL", equal("RECORDID", "B-1"), "sandbox_by_natural_id", id="by document number"),
        pytest.param("GLBATCH", equal("REFERENCENO", "R-1"), "sandbox_by_natural_id", id="by reference"),
        pytest.param("CUSTOMER", equal("CUSTOMERID", "C-1"), "sandbox_by_natural_id", id="by ID"),
        pytest.param("APBILL", equal("RECORDNO", "1"), "sqlite_autoindex", id="by record number"),
        pytest.param("APBILLITEM", equal("RECORDKEY", "1"), "sandbox_by_parent", id="the lines of a document"),
        pytest.param("APBILL", f"<and>{equal('VENDORID', 'V')}{equal('RECORDID', 'B-1')}</and>",
                     "sandbox_by_natural_id", id="by number and supplier"),
        pytest.param("APBILL", "<in><field>DMO_POSTING_KEY</field><value>K-1</value><value>K-2</value></in>",
                     "sandbox_by_marker", id="by many posting keys"),
    ],
)  # fmt: skip
def test_a_look_up_uses_an_index(object_name: str, condition: str, index: str) -> None:
    rows = candidates(
        StoredRecord.objects.filter(object_name=object_name), narrowed(etree.fromstring(condition), object_name)
    )
    assert index in rows.explain()
