"""What the tests of comparisons share with those of postings: documents that were sent, and a hand in Intacct."""

from tests.postings.conftest import in_intacct, post

__all__ = ["in_intacct", "post"]
