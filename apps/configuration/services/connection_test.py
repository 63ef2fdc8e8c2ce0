"""The connection test: step by step, each with an answer in plain words for every way that it can fail."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from apps.configuration.entity_ids import ENTITY_RULE, entity_codes, with_kind
from apps.configuration.gateway import client_for
from apps.configuration.marker import marker
from apps.configuration.models import ConnectionTestResult, IntacctConfiguration, MarkerMode
from apps.configuration.test_steps import Step, StepCode, StepResult, further_steps
from apps.foundation import audit
from apps.foundation.wording import in_english
from apps.intacct import (
    Client,
    ConnectionLost,
    ControlRefused,
    Done,
    FunctionRefused,
    IntacctError,
    Lookup,
    NotUnderstood,
    NotXml,
    OrderBy,
    PlaceRefused,
    Query,
    Redirected,
    SenderNotAuthorised,
    TimedOut,
    TooLarge,
    UnexpectedStatus,
    is_in,
)
from apps.options.models import OptionCode
from apps.options.selectors import PATH, is_on


@dataclass(frozen=True)
class ConnectionTest:
    configuration: IntacctConfiguration
    steps: tuple[Step, ...]

    @property
    def passed(self) -> bool:
        return all(step.result != StepResult.FAILED for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        return {
            "configuration": self.configuration.code,
            "passed": self.passed,
            "steps": [asdict(step) for step in self.steps],
        }


@in_english
def test_connection(*, configuration: IntacctConfiguration, actor: str) -> ConnectionTest:
    """Try the connection and keep the result on the configuration. Posts nothing, changes nothing in Intacct.

    Never raises for a connection that fails: the failing step says what happened and what to do.
    """
    steps: list[Step] = []
    marker_mode = configuration.marker_mode
    for step, mode in _steps(configuration):
        steps.append(step)
        marker_mode = mode or marker_mode
    test = ConnectionTest(configuration=configuration, steps=tuple(steps))
    configuration.last_test_at = timezone.now()
    configuration.last_test_result = ConnectionTestResult.PASSED if test.passed else ConnectionTestResult.FAILED
    configuration.last_test_steps = [asdict(step) for step in steps]
    configuration.marker_mode = marker_mode
    configuration.save(
        update_fields=["last_test_at", "last_test_result", "last_test_steps", "marker_mode", "updated_at"]
    )
    audit.record(
        audit.Event(
            actor=actor,
            action="connection_tested",
            subject_type="configuration",
            subject_id=str(configuration.pk),
            subject_label=configuration.code,
            detail={"passed": test.passed},
        )
    )
    return test


test_connection.__test__ = False  # type: ignore[attr-defined]  # a service, whatever its name looks like to pytest


def _steps(configuration: IntacctConfiguration) -> Iterator[tuple[Step, MarkerMode | None]]:
    if not is_on(OptionCode.SAGE_INTACCT):
        yield (
            Step(
                StepCode.SWITCH,
                "Active switch",
                StepResult.FAILED,
                "The option Sage Intacct is turned off, so nothing is sent, not even a test.",
                f"Turn its Active switch on under {PATH}.",
            ),
            None,
        )
        return
    missing = [
        str(label)
        for label, value in (
            ("Company ID", configuration.company_id),
            ("User ID", configuration.user_id),
            ("Password", configuration.user_password),
            ("Sender ID", configuration.sender_id),
            ("Sender password", configuration.effective_sender_password),
        )
        if not value
    ]
    if missing:
        yield (
            Step(
                StepCode.CREDENTIALS,
                "Credentials",
                StepResult.FAILED,
                f"Not filled in: {', '.join(missing)}.",
                "Enter them on the General tab. The sender password may also come from INTACCT_SENDER_PASSWORD.",
            ),
            None,
        )
        return
    yield Step(StepCode.CREDENTIALS, "Credentials", StepResult.PASSED, "All credentials are filled in."), None
    try:
        client = client_for(configuration)
    except IntacctError as error:
        yield Step(StepCode.ENDPOINT, "Endpoint URL", StepResult.FAILED, str(error), error.next_step), None
        return
    code, name = StepCode.SIGN_IN, "Sign in"
    try:
        client.open_session()
        yield (
            Step(
                StepCode.SIGN_IN,
                "Sign in",
                StepResult.PASSED,
                f"User {configuration.user_id} signed in to company {configuration.company_id} at the top level, "
                f"for sender {configuration.sender_id}.",
            ),
            None,
        )
        code, name = StepCode.TOP_LEVEL, "Entities"
        yield _entities(client), None
        code, name = StepCode.POSTING_KEY, "Posting key"
        yield _marker(client)
        for further in further_steps():
            code, name = StepCode.CUSTOM_PACKAGE, "Custom package"
            yield further(client, configuration), None
    except PlaceRefused:
        # The client signs in without naming a place and asks for the top level next, so the user is known to be right.
        signed_in = f"User {configuration.user_id} signed in to company {configuration.company_id}."
        yield Step(StepCode.SIGN_IN, "Sign in", StepResult.PASSED, signed_in), None
        yield (
            Step(
                StepCode.TOP_LEVEL,
                "Top level",
                StepResult.FAILED,
                "The user may not work at the top level: Sage Intacct opened no session there.",
                "In Sage Intacct, open the Web Services user, tab User entities, and select "
                "Enable access to top-level; then test again.",
            ),
            None,
        )
    except IntacctError as error:
        if isinstance(error, ControlRefused | SenderNotAuthorised):
            code, name = StepCode.SENDER, "Sender"
        yield Step(code, name, StepResult.FAILED, *_words(error)), None
    finally:
        client.close()


def _words(error: IntacctError) -> tuple[str, str]:
    """What happened and what to do. A test posts nothing, so it never worries about documents that may be there."""
    cause = error.__cause__ or error
    check_address = "Check the endpoint URL, and any proxy between here and Intacct, then test again."
    later = "Test again in a few minutes. If it stays, ask Sage Intacct whether their service is up."
    match cause:
        case TimedOut():
            return "The connection was made, but Intacct did not answer in time.", later
        case ConnectionLost():
            return "The connection broke before Intacct had answered.", later
        case UnexpectedStatus():
            return f"Intacct answered with HTTP {cause.status}, an error on its side.", later
        case Redirected():
            return (
                "The address sends the portal elsewhere. It does not follow: passwords would go there.",
                check_address,
            )
        case NotXml() | NotUnderstood() | TooLarge():
            return "Something answers at this address, but not as the Intacct gateway does.", check_address
    return str(error), error.next_step


def entities_question(codes: Sequence[str] = ()) -> Query:
    """The entities with these IDs; without any, the first: a harmless question that every company can answer."""
    named = marker().entities
    return Query(
        control_id="entities",
        object_name=named.object,
        select=(named.id, named.name),
        filter=is_in(named.id, codes) if codes else None,
        order_by=(OrderBy(named.id),),
        page_size=1000,
    )


def _entities(client: Client) -> Step:
    """Companies and financial sites must have the ID of an entity (guide, "Business entities")."""
    named = marker().entities
    codes = entity_codes()
    (answer,) = client.execute([entities_question(codes)], control_id="entities", unique=False).outcomes
    if not isinstance(answer, Done):
        detail = answer.primary.meaning if isinstance(answer, FunctionRefused) else "Intacct did not list them."
        return Step(
            StepCode.TOP_LEVEL,
            "Entities",
            StepResult.WARNING,
            f"The entities could not be read. {detail}",
            "Give the web services user access to the top level (User entities tab).",
        )
    found = tuple(code for row in answer.rows if (code := (row.text(named.id) or "").strip()) in codes)
    unmatched = [code for code in codes if code not in found]
    result, words, next_step = StepResult.PASSED, "Every company and financial site has an entity with its ID.", ""
    if not codes:
        words = "They can be read; there is no company yet."
    elif unmatched:
        result, next_step = StepResult.WARNING, ENTITY_RULE
        words = f"No entity in Intacct has the ID of {', '.join(with_kind(unmatched))}."
    return Step(StepCode.ENTITIES, "Entities", result, words, next_step, asked=tuple(codes), found=found)


def _marker(client: Client) -> tuple[Step, MarkerMode | None]:
    """Whether posted records can carry the posting's key in a field of their own (docs/decisions/0002)."""
    field, objects = marker().field, marker().objects
    asked = [Lookup(control_id=f"lookup-{name}", object_name=name) for name in objects]
    outcomes = client.execute(asked, control_id="posting-key", unique=False).outcomes
    answers = {name: outcome for name, outcome in zip(objects, outcomes, strict=True) if isinstance(outcome, Done)}
    unknown = [name for name in objects if name not in answers]
    if unknown:
        # Not known is not absent: what the last test found stays.
        return (
            Step(
                StepCode.POSTING_KEY,
                "Posting key",
                StepResult.WARNING,
                f"Intacct did not say which fields there are in {', '.join(unknown)}; what was known before stays.",
                "Check the web services user's permissions for these objects, then test again.",
            ),
            None,
        )
    lacking = [name for name, answer in answers.items() if not any(one.name == field for one in answer.fields)]
    if lacking:
        return (
            Step(
                StepCode.POSTING_KEY,
                "Posting key",
                StepResult.WARNING,
                f"No field {field} in {', '.join(lacking)}: the posting's key goes to the end of the description.",
                "Import the custom package in Sage Intacct, then test again.",
            ),
            MarkerMode.DESCRIPTION,
        )
    return (
        Step(
            StepCode.POSTING_KEY,
            "Posting key",
            StepResult.PASSED,
            "Posted records can carry the posting's key and be found by it.",
        ),
        MarkerMode.FIELD,
    )
