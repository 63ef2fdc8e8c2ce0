"""A record whose answer was lost is recognised by its posting key, in the custom field or in the description."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.configuration.models import IntacctConfiguration, MarkerMode
from apps.delivery.models import Delivery
from apps.delivery.models.probe import Verdict
from apps.delivery.states import State
from tests.factories.documents import purchase_invoice, sales_invoice, sales_shipment
from tests.sandbox_process import SandboxProcess

DOCUMENTS = [
    pytest.param(sales_invoice, "ARINVOICE", id="AR invoice"),
    pytest.param(purchase_invoice, "APBILL", id="AP bill"),
    pytest.param(sales_shipment, "GLBATCH", id="journal entry"),
]


@pytest.mark.parametrize("mode", [MarkerMode.FIELD, MarkerMode.DESCRIPTION])
@pytest.mark.parametrize(("make", "object_name"), DOCUMENTS)
def test_it_is_found_again_and_never_sent_twice(
    connection: IntacctConfiguration,
    submitted: Callable[..., Delivery],
    drained: Callable[..., object],
    time_passes: Callable[[Delivery, float], None],
    sandbox: SandboxProcess,
    make: Callable[..., dict[str, Any]],
    object_name: str,
    mode: MarkerMode,
) -> None:
    sandbox.set(uniqueid_mode="off", unique_document_numbers=False)
    IntacctConfiguration.objects.filter(pk=connection.pk).update(marker_mode=mode)
    delivery = submitted(make())
    sandbox.arm("reset_after", match={"object": object_name})
    drained()
    time_passes(delivery, 3.0)
    drained()

    delivery.refresh_from_db()
    (record,) = sandbox.objects(object_name)
    assert (delivery.state, delivery.record_no) == (State.POSTED, record["RECORDNO"])
    assert list(delivery.probes.values_list("verdict", flat=True)) == [Verdict.FOUND]
    assert ("DMO_POSTING_KEY" in record and record["DMO_POSTING_KEY"] != "") is (mode == MarkerMode.FIELD)
