"""Asking Sage Intacct one question, outside of any transaction."""

from apps.intacct import Client, Done, Function, FunctionRefused, NotXml


def ask(client: Client, question: Function) -> Done:
    """The answer, one page of it. Raises `IntacctError`, also where Intacct refuses the question."""
    (answer,) = client.execute([question], control_id=question.control_id, unique=False).outcomes
    if isinstance(answer, FunctionRefused):
        raise answer
    if not isinstance(answer, Done):
        raise NotXml("The answer has no result for the question.")
    return answer
