"""The connection test: a sentence for each way to fail, what it finds out about the posting key, and no secret."""

import datetime
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command
from django.db import connection as database

from apps.configuration.models import ConnectionTestResult, IntacctConfiguration, MarkerMode
from apps.configuration.services.connection_test import ConnectionTest
from apps.configuration.services.connection_test import test_connection as check_connection
from apps.configuration.test_steps import Step, StepCode, StepResult
from apps.foundation.audit import AuditEntry
from apps.organisation.models import Company
from tests.factories.organisation import CompanyFactory
from tests.patience import PATIENCE
from tests.sandbox_process import SandboxProcess

NAMES = ["Credentials", "Sign in", "Entities", "Posting key"]
PACKAGE = "Custom package"
USER_SECRET, SENDER_SECRET = "sesame-of-the-user-4711", "sesame-of-the-sender-4712"


def checked(connection: IntacctConfiguration) -> ConnectionTest:
    test = check_connection(configuration=connection, actor="test")
    connection.refresh_from_db()
    return test


def failed(test: ConnectionTest) -> Step:
    """The one step that failed; it is the last."""
    assert not test.passed
    assert [step.result for step in test.steps].count(StepResult.FAILED) == 1
    assert test.steps[-1].next_step
    return test.steps[-1]


def by_name(test: ConnectionTest) -> dict[str, Step]:
    return {step.name: step for step in test.steps}


@pytest.fixture
def secret_connection(connection: IntacctConfiguration, sandbox: SandboxProcess) -> IntacctConfiguration:
    """A connection with passwords that occur nowhere else."""
    sandbox.set(user_password=USER_SECRET, sender_password=SENDER_SECRET)
    connection.user_password, connection.sender_password = USER_SECRET, SENDER_SECRET
    connection.save()
    return connection


@pytest.fixture
def untrusted_https(tmp_path: Path) -> Iterator[str]:
    """The address of an https server with a certificate that nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the refused handshake is what we want
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}/ia/xml/xmlgw.phtml"
    server.shutdown()
    server.server_close()
    thread.join(timeout=PATIENCE)


def test_a_connection_that_works_says_so_step_by_step(connection: IntacctConfiguration, company: Company) -> None:
    test = checked(connection)
    assert test.passed
    assert [step.name for step in test.steps] == [*NAMES, PACKAGE]
    assert {step.result for step in test.steps[:-1]} == {StepResult.PASSED}
    assert test.steps[-1].result == StepResult.WARNING, "the custom package is not imported yet"
    assert "User xml_gateway signed in to company SANDBOX" in by_name(test)["Sign in"].detail
    assert connection.last_test_result == ConnectionTestResult.PASSED
    assert [step["name"] for step in connection.last_test_steps] == [*NAMES, PACKAGE]
    assert connection.last_test_at is not None


def test_a_test_posts_and_changes_nothing(connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
    checked(connection)
    assert {name: sandbox.objects(name) for name in ("GLBATCH", "APBILL", "ARINVOICE")} == {
        "GLBATCH": [],
        "APBILL": [],
        "ARINVOICE": [],
    }


WRONG = [
    pytest.param("sender_id", "sender", "sender ID", id="sender"),
    pytest.param("sender_password", "sender", "sender ID", id="sender password"),
    pytest.param("company_id", "Company, user, password", "configuration", id="company"),
    pytest.param("user_id", "Company, user, password", "configuration", id="user"),
    pytest.param("user_password", "Company, user, password", "configuration", id="password"),
]


@pytest.mark.parametrize(("field", "says", "advises"), WRONG)
def test_a_wrong_credential_is_told_by_its_block(
    connection: IntacctConfiguration, field: str, says: str, advises: str
) -> None:
    setattr(connection, field, "wrong-value-99")
    step = failed(check_connection(configuration=connection, actor="test"))
    assert step.name == ("Sender" if field.startswith("sender") else "Sign in")
    assert says in step.detail
    assert advises in step.next_step
    assert "wrong-value-99" not in f"{step.detail}{step.next_step}"


def test_a_sender_that_the_company_has_not_authorised_is_told_from_a_wrong_user(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    sandbox.set(authorised_senders=[])
    step = failed(checked(connection))
    assert (step.code, step.name) == (StepCode.SENDER, "Sender")
    assert "has not authorised the sender ID" in step.detail
    assert "Web Services authorisation" in step.next_step


def test_a_user_without_access_to_the_top_level_is_told_from_a_wrong_password(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    sandbox.set(top_level_access=False)
    test = checked(connection)
    step = failed(test)
    assert (step.code, step.name) == (StepCode.TOP_LEVEL, "Top level")
    assert "may not work at the top level" in step.detail
    assert "Enable access to top-level" in step.next_step
    assert by_name(test)["Sign in"].result == StepResult.PASSED


def test_missing_credentials_are_named_and_nothing_is_called(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    before = sandbox.stats()
    connection.company_id = connection.user_password = connection.sender_password = ""
    step = failed(check_connection(configuration=connection, actor="test"))
    assert step.detail == "Not filled in: Company ID, Password, Sender password."
    assert sandbox.stats() == before


def test_the_sender_password_may_come_from_the_environment(connection: IntacctConfiguration, settings: Any) -> None:
    connection.sender_password, settings.INTACCT_SENDER_PASSWORD = "", "sandbox"
    assert check_connection(configuration=connection, actor="test").passed


ADDRESSES = [
    pytest.param("http://127.0.0.1:9/xmlgw", "Sign in", "could not be reached", id="a port nobody listens on"),
    pytest.param("https://api.intacct.com.example.net/x", "Endpoint URL", "not one this portal may call", id="foreign"),
    pytest.param("http://api.intacct.com/ia/xml/xmlgw.phtml", "Endpoint URL", "not one this portal", id="plain http"),
    pytest.param("ftp://api.intacct.com/", "Endpoint URL", "not one this portal may call", id="another protocol"),
]


@pytest.mark.parametrize(("address", "name", "says"), ADDRESSES)
def test_a_wrong_address_is_told(connection: IntacctConfiguration, address: str, name: str, says: str) -> None:
    connection.endpoint_url = address
    step = failed(check_connection(configuration=connection, actor="test"))
    assert step.name == name
    assert says in step.detail


def test_another_page_of_the_right_host_is_told(connection: IntacctConfiguration) -> None:
    connection.endpoint_url = connection.endpoint_url.replace("xmlgw", "other")
    step = failed(check_connection(configuration=connection, actor="test"))
    assert "HTTP 404" in step.detail
    assert "endpoint" in step.next_step


def test_a_certificate_that_nobody_signed_is_told(connection: IntacctConfiguration, untrusted_https: str) -> None:
    connection.endpoint_url = untrusted_https
    step = failed(check_connection(configuration=connection, actor="test"))
    assert "secure connection to Intacct could not be trusted" in step.detail
    assert "clock" in step.next_step


FAULTS = [
    pytest.param("garbage", {}, "not as the Intacct gateway does", id="no XML"),
    pytest.param("wrong_type", {}, "not as the Intacct gateway does", id="a page of somebody else"),
    pytest.param("truncate", {}, "not as the Intacct gateway does", id="half an answer"),
    pytest.param("http_status", {"status": 500}, "HTTP 500", id="HTTP 500"),
    pytest.param("http_status", {"status": 503}, "HTTP 503", id="HTTP 503"),
    pytest.param("timeout_before", {}, "did not answer in time", id="silence"),
    pytest.param("slow", {"ms": 3500}, "did not answer in time", id="slow"),
    pytest.param("redirect", {}, "sends the portal elsewhere", id="redirect"),
    pytest.param("reset_before", {}, "The connection broke", id="reset"),
    pytest.param("concurrency_429", {}, "takes no more requests", id="too many requests"),
]


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize(("kind", "parameters", "says"), FAULTS)
def test_an_answer_that_is_none_is_told_at_the_step_where_it_happened(
    connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    kind: str,
    parameters: dict[str, Any],
    says: str,
    after: int,
) -> None:
    if says == "did not answer in time":
        connection.call_deadline_seconds = 2
    sandbox.arm(kind, after=after, **parameters)
    step = failed(check_connection(configuration=connection, actor="test"))
    assert step.name == NAMES[after + 1]
    assert says in step.detail
    assert "documents" not in step.detail, "a test posts none"
    assert "again by hand" not in step.next_step


def test_a_failure_is_kept_on_the_configuration_and_in_the_audit_trail(
    connection: IntacctConfiguration, sandbox: SandboxProcess
) -> None:
    sandbox.arm("garbage")
    checked(connection)
    assert connection.last_test_result == ConnectionTestResult.FAILED
    assert connection.last_test_steps[-1]["result"] == "failed"
    entry = AuditEntry.objects.filter(action="connection_tested").latest("id")
    assert (entry.actor, entry.subject_label, entry.detail) == ("test", connection.code, {"passed": False})


def test_a_company_without_entity_is_a_warning(connection: IntacctConfiguration) -> None:
    CompanyFactory(code="900")
    test = checked(connection)
    assert test.passed
    assert by_name(test)["Entities"].result == StepResult.WARNING
    assert "company 900" in by_name(test)["Entities"].detail


@pytest.mark.parametrize(
    ("fields", "mode"),
    [
        (["GLBATCH", "APBILL", "ARINVOICE"], MarkerMode.FIELD),
        (["GLBATCH", "APBILL"], MarkerMode.DESCRIPTION),
        ([], MarkerMode.DESCRIPTION),
    ],
)
def test_the_posting_key_has_a_field_only_where_every_object_has_it(
    connection: IntacctConfiguration, sandbox: SandboxProcess, fields: list[str], mode: MarkerMode
) -> None:
    sandbox.set(custom_fields={name: ["DMO_POSTING_KEY"] for name in fields})
    test = checked(connection)
    assert test.passed
    assert connection.marker_mode == mode
    step = by_name(test)["Posting key"]
    assert step.result == (StepResult.PASSED if mode == MarkerMode.FIELD else StepResult.WARNING)
    assert all(name not in step.detail for name in fields)


@pytest.mark.parametrize("before", [MarkerMode.FIELD, MarkerMode.DESCRIPTION, MarkerMode.UNKNOWN])
def test_what_intacct_does_not_tell_about_the_posting_key_changes_nothing(
    connection: IntacctConfiguration, sandbox: SandboxProcess, before: MarkerMode
) -> None:
    connection.marker_mode = before
    connection.save()
    sandbox.arm("error", match={"function": "lookup"})
    test = checked(connection)
    assert by_name(test)["Posting key"].result == StepResult.WARNING
    assert connection.marker_mode == before


def test_the_command_says_each_step_and_ends_well(connection: IntacctConfiguration, company: Company) -> None:
    out = StringIO()
    call_command("check_connection", stdout=out)
    lines = out.getvalue().splitlines()
    *passed, warned, advice = lines
    assert [line.split("  ")[-1].split(":")[0].strip() for line in [*passed, warned]] == [*NAMES, PACKAGE]
    assert all(line.startswith("ok") for line in passed)
    assert warned.startswith("warning")
    assert "Import Customisation Package" in advice


def test_the_command_fails_with_what_to_do(connection: IntacctConfiguration, sandbox: SandboxProcess) -> None:
    sandbox.arm("http_status", status=500)
    out = StringIO()
    with pytest.raises(CommandError, match="does not work"):
        call_command("check_connection", connection.code, stdout=out)
    assert "FAILED   Sign in: Intacct answered with HTTP 500" in out.getvalue()
    assert "→ Test again in a few minutes" in out.getvalue()


@pytest.mark.parametrize("works", [True, False])
def test_the_command_gives_json_also_when_it_fails(
    connection: IntacctConfiguration, sandbox: SandboxProcess, works: bool
) -> None:
    if not works:
        sandbox.arm("redirect")
    out = StringIO()
    try:
        call_command("check_connection", "--json", stdout=out)
    except CommandError:
        assert not works
    told = json.loads(out.getvalue())
    assert (told["configuration"], told["passed"]) == (connection.code, works)
    assert {"name", "result", "detail", "next_step"} <= set(told["steps"][-1])


def test_the_command_names_the_configurations_there_are(connection: IntacctConfiguration) -> None:
    with pytest.raises(CommandError, match=r"no configuration 'OTHER'. There are: SANDBOX\."):
        call_command("check_connection", "OTHER")


@pytest.mark.django_db
def test_without_a_configuration_the_command_says_where_to_make_one() -> None:
    with pytest.raises(CommandError, match="Integrations > Sage Intacct > Configuration"):
        call_command("check_connection")


@pytest.mark.parametrize("fault", ["", "garbage", "http_status", "redirect", "reset_after"])
def test_no_secret_is_told_logged_or_stored(
    secret_connection: IntacctConfiguration,
    sandbox: SandboxProcess,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    fault: str,
) -> None:
    if fault:
        sandbox.arm(fault)
    out = StringIO()
    with caplog.at_level("DEBUG"):
        try:
            call_command("check_connection", stdout=out)
        except CommandError as error:
            assert fault
            out.write(str(error))
    told = out.getvalue() + caplog.text + "".join(capfd.readouterr()) + everything_stored()
    assert "connection_tested" in told, "the whole database was read"
    assert [secret for secret in (USER_SECRET, SENDER_SECRET) if secret in told] == []


def test_passwords_stand_encrypted_in_their_columns(secret_connection: IntacctConfiguration) -> None:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT user_password, sender_password FROM {IntacctConfiguration._meta.db_table}")  # noqa: S608
        (row,) = cursor.fetchall()
    assert all(value.startswith("gAAAA") for value in row)
    assert (secret_connection.user_password, secret_connection.sender_password) == (USER_SECRET, SENDER_SECRET)


def everything_stored() -> str:
    """All rows of all tables, as they stand in the database."""
    with database.cursor() as cursor:
        tables = database.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")  # noqa: S608  the names are our own
            rows += cursor.fetchall()
    return str(rows)
