"""Answers of a gateway, in small pieces that tests put together."""

from xml.sax.saxutils import escape

from apps.intacct import RawAnswer

HOST = "https://api.intacct.com/ia/xml/xmlgw.phtml"
NODE = "https://node7.intacct.com/ia/xml/xmlgw.phtml"

CONTROL = (
    "<control><status>success</status><senderid>XT_mfg</senderid><controlid>request-1</controlid>"
    "<uniqueid>true</uniqueid><dtdversion>3.0</dtdversion></control>"
)


def authentication(status="success", *, seconds=6 * 3600):
    hours, rest = divmod(seconds, 3600)
    end = f"{8 + hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return (
        f"<authentication><status>{status}</status><userid>xml_gateway</userid><companyid>ACME</companyid>"
        f"<locationid></locationid><sessiontimestamp>2026-03-01T08:00:00-08:00</sessiontimestamp>"
        f"<sessiontimeout>2026-03-01T{end}-08:00</sessiontimeout></authentication>"
    )


def response(*results, control=CONTROL, auth=None, tail=""):
    signed_in = authentication() if auth is None else auth
    body = "".join(results)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<response>{control}'
        f"<operation>{signed_in}{body}{tail}</operation></response>"
    ).encode()


def created(control_id, record_no="3430", *, name="apbill", function="create"):
    return (
        f"<result><status>success</status><function>{function}</function><controlid>{control_id}</controlid>"
        f'<data listtype="objects" count="1"><{name}><RECORDNO>{record_no}</RECORDNO>'
        f"<RECORD_URL>https://www.intacct.com/ia/acct/ur.phtml?.r=x</RECORD_URL></{name}></data></result>"
    )


def error(errorno="BL34000061", text="", *, correction="", error_id="", message_id=""):
    extra = ""
    if error_id or message_id:
        extra = (
            f"<additionalinfo><errorid>{error_id}</errorid><description><messageid>{message_id}</messageid>"
            "</description></additionalinfo>"
        )
    return (
        f"<error><errorno>{errorno}</errorno><description/><description2>{escape(text)}</description2>"
        f"<correction>{correction}</correction>{extra}</error>"
    )


def refused(control_id, *errors, status="failure", function="create"):
    return (
        f"<result><status>{status}</status><function>{function}</function><controlid>{control_id}</controlid>"
        f"<errormessage>{''.join(errors)}</errormessage></result>"
    )


def control_failure(*errors):
    return (
        "<response><control><status>failure</status><senderid>XT_mfg</senderid></control>"
        f"<errormessage>{''.join(errors)}</errormessage></response>"
    ).encode()


def authentication_failure(*errors):
    return (
        f"<response>{CONTROL}<operation><authentication><status>failure</status><userid/><companyid/>"
        f"</authentication><errormessage>{''.join(errors)}</errormessage></operation></response>"
    ).encode()


INVALID_SESSION = authentication_failure(error("XL03000006", "Invalid session S1 [Support ID: abc%7E]"))
ROLLED_BACK = error("XL03000009", "The entire transaction in this operation has been rolled back due to an error.")


def session_answer(request_body, *, session_id="S1-session-secret", endpoint=NODE, seconds=6 * 3600):
    """The answer to a getAPISession request, under that request's own control ID."""
    control_id = request_body.split(b'<function controlid="')[1].split(b'"')[0].decode()
    return response(
        f"<result><status>success</status><function>getAPISession</function>"
        f"<controlid>{control_id}</controlid><data><api><sessionid>{session_id}</sessionid>"
        f"<endpoint>{endpoint}</endpoint><locationid></locationid></api></data></result>",
        auth=authentication(seconds=seconds),
    )


class ScriptedTransport:
    """A transport that opens sessions and gives the other answers from a list, noting every call."""

    def __init__(self, *answers, session=None):
        self.answers = list(answers)
        self.session = session or (lambda body: RawAnswer(200, {}, session_answer(body)))
        self.calls = []
        self.session_calls = 0

    def post(self, url, body, deadline):
        self.calls.append((url, bytes(body), deadline))
        if b"getAPISession" in body:
            self.session_calls += 1
            answer = self.session(body)
        else:
            answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            return RawAnswer(200, {}, answer)
        return answer

    @property
    def documents(self):
        """The calls that carried functions."""
        return [call for call in self.calls if b"getAPISession" not in call[1]]
