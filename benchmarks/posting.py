"""Documents per second to the sandbox gateway, as ratios measured in one run (`make bench`).

Ours through the queue with a real worker process, beside (a) a bare loop with requests and lxml that sends the same
batches, and (b) one document a request, the way the published Python package does it. Each at no latency and at 50 ms
a request. Figures and what they mean: docs/performance.md.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sandbox_process import ROOT, SandboxProcess

BATCH = 100
DIRECTORY = tempfile.TemporaryDirectory(prefix="bench-")
os.environ.update(
    {
        "DEBUG": "on",
        "DJANGO_SETTINGS_MODULE": "integration_portal.settings",
        "LOG_LEVEL": "WARNING",
        "WORKERS": "2",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{DIRECTORY.name}/portal.sqlite3",
    }
)


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


class Portal:
    """Our side: documents submitted before the clock starts, drained by a real worker process."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        manage("migrate", "--verbosity", "0")
        manage("load_delivered_data")
        manage("load_demo", "--company-only", "--endpoint", sandbox.endpoint)
        import django

        django.setup()
        from apps.configuration.models import IntacctConfiguration

        IntacctConfiguration.objects.update(
            marker_mode="field", call_deadline_seconds=60, processing_horizon_seconds=120
        )
        manage("synchronise", "--all")

    def submit(self, count: int, label: str) -> list[str]:
        """Accept documents; gives their payloads, so that the others send the very same."""
        from apps.access.viewer import SYSTEM_VIEWER
        from apps.delivery.deliverables import Rendered, deliverable_for
        from apps.delivery.models import Delivery
        from apps.postings.api.reading import read_document
        from apps.postings.services.accepted import Submission
        from apps.postings.services.submit import submit_many
        from tests.factories.documents import purchase_invoice

        documents = [read_document(purchase_invoice(number=f"{label}-{index:05}")) for index in range(count)]
        outcomes = list(submit_many(documents=documents, viewer=SYSTEM_VIEWER))
        assert all(isinstance(one, Submission) for one in outcomes), outcomes[0]
        deliveries = list(Delivery.objects.filter(state="pending").order_by("id"))
        rendered = deliverable_for(deliveries[0].kind).render(deliveries)
        return [one.payload for one in rendered.values() if isinstance(one, Rendered)]

    def drain_through_the_queue(self) -> float:
        """Seconds from the wake-up to the last posting; the worker has started before."""
        from django_q.models import OrmQ
        from django_q.tasks import async_task

        from apps.configuration.models import IntacctConfiguration
        from apps.delivery.models import Delivery
        from apps.foundation.wakeups import Wakeup

        OrmQ.objects.all().delete()
        worker = subprocess.Popen([sys.executable, "manage.py", "qcluster"], cwd=ROOT, start_new_session=True,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(4)
        connection = IntacctConfiguration.objects.get()
        began = time.monotonic()
        for _ in range(2):
            async_task(Wakeup.DRAIN.value, connection.pk)
        while Delivery.objects.filter(state__in=("pending", "sending", "verifying")).exists():
            time.sleep(0.02)
        took = time.monotonic() - began
        worker.terminate()
        worker.wait()
        assert not Delivery.objects.exclude(state="posted").exists()
        return took


def bare_loop(sandbox: SandboxProcess, payloads: list[str], label: str) -> float:
    """requests and lxml, a session, the same batches; nothing is written down anywhere."""
    import requests
    from lxml import etree

    def envelope(authentication: str, functions: str) -> bytes:
        return (
            f"<request><control><senderid>XT_mfg</senderid><password>sandbox</password><controlid>{label}</controlid>"
            "<uniqueid>true</uniqueid><dtdversion>3.0</dtdversion></control><operation transaction='false'>"
            f"<authentication>{authentication}</authentication><content>{functions}</content></operation></request>"
        ).encode()

    began = time.monotonic()
    with requests.Session() as http:
        login = "<login><userid>xml_gateway</userid><companyid>SANDBOX</companyid><password>sandbox</password></login>"
        answer = http.post(
            sandbox.endpoint,
            data=envelope(login, f"<function controlid='{label}-s'><getAPISession/></function>"),
            timeout=60,
        )
        api = etree.fromstring(answer.content).find(".//api")
        assert api is not None
        session, url = api.findtext("sessionid"), str(api.findtext("endpoint"))
        for start in range(0, len(payloads), BATCH):
            functions = "".join(
                f"<function controlid='{label}-{start + index}'>{payload}</function>"
                for index, payload in enumerate(payloads[start : start + BATCH])
            )
            body = envelope(f"<sessionid>{session}</sessionid>", functions)
            answer = http.post(url, data=body, timeout=60)
            statuses = {status.text for status in etree.fromstring(answer.content).iterfind(".//result/status")}
            assert statuses == {"success"}, statuses
    return time.monotonic() - began


def published_package(sandbox: SandboxProcess, count: int, label: str) -> float:
    """The published Python package, one bill a request."""
    import sageintacctsdk.apis.api_base as base
    from sageintacctsdk import SageIntacctSDK

    original = base.ApiBase.__init__

    def pointed_to_the_sandbox(self: base.ApiBase, *arguments: Any, **more: Any) -> None:
        original(self, *arguments, **more)
        self._ApiBase__api_url = sandbox.endpoint

    base.ApiBase.__init__ = pointed_to_the_sandbox
    began = time.monotonic()
    client = SageIntacctSDK(
        sender_id="XT_mfg", sender_password="sandbox", user_id="xml_gateway", company_id="SANDBOX",
        user_password="sandbox",
    )  # fmt: skip
    for index in range(count):
        client.bills.post(
            {
                "WHENCREATED": "10/21/2026", "WHENPOSTED": "10/21/2026", "VENDORID": "SUPP-01",
                "RECORDID": f"{label}-{index}",
                "WHENDUE": "11/20/2026", "BASECURR": "USD", "CURRENCY": "USD", "EXCHANGE_RATE": "1",
                "APBILLITEMS": {
                    "APBILLITEM": [
                        {
                            "ACCOUNTNO": "6000", "TRX_AMOUNT": "129.90", "ENTRYDESCRIPTION": "Paper",
                            "LOCATIONID": "100",
                            "DEPARTMENTID": "ADMIN",
                        }
                    ]
                },
            }
        )  # fmt: skip
    base.ApiBase.__init__ = original
    return time.monotonic() - began


def measure(sandbox: SandboxProcess, portal: Portal, count: int, latency: int, rounds: int) -> dict[str, float]:
    """Medians of documents per second, the contenders taking turns."""
    rates: dict[str, list[float]] = {"ours": [], "bare": [], "package": []}
    slow_count = max(20, count // 10)
    for number in range(rounds):
        label = f"L{latency}R{number}"
        payloads = portal.submit(count, label)
        sandbox.set(latency_ms=latency)
        contenders: list[tuple[str, Callable[[], float], int]] = [
            ("ours", portal.drain_through_the_queue, count),
            ("bare", lambda copies=payloads, name=label: bare_loop(sandbox, copies, f"bare-{name}"), count),
            ("package", lambda name=label: published_package(sandbox, slow_count, f"pkg-{name}"), slow_count),
        ]
        for name, run, documents in contenders:
            if name == "bare":
                sandbox.set(unique_document_numbers=False)
            rates[name].append(documents / run())
        sandbox.set(unique_document_numbers=True, latency_ms=0)
    return {name: statistics.median(values) for name, values in rates.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.documents} AP bills, batches of up to {BATCH}, median of {options.rounds} rounds in one run")
    print(
        f"{'latency':>9} {'ours/s':>9} {'bare loop/s':>12} {'package/s':>10} {'ours ÷ bare':>12} {'ours ÷ package':>15}"
    )
    with SandboxProcess() as sandbox:
        sandbox.set(concurrency=4)
        portal = Portal(sandbox)
        for latency in (0, 50):
            rates = measure(sandbox, portal, options.documents, latency, options.rounds)
            ours, bare, package = rates["ours"], rates["bare"], rates["package"]
            print(
                f"{latency:>6} ms {ours:>9.0f} {bare:>12.0f} {package:>10.1f}"
                f" {ours / bare:>12.2f} {ours / package:>15.1f}"
            )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
