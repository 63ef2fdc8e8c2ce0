"""Caps of a request and of an answer (checklist S15)."""

MAX_FUNCTIONS = 100
MAX_REQUEST_BYTES = 400 * 1024
# One document may be larger than a batch may: a journal entry of 10,000 lines is about 5 MB.
MAX_SINGLE_REQUEST_BYTES = 8 * 1024 * 1024
MAX_CONTROL_ID = 256
MAX_KEYS = 100
MAX_IN_VALUES = 1000
MAX_QUERY_PAGE = 2000
MAX_READ_PAGE = 1000

MAX_ANSWER_BYTES = 8 * 1024 * 1024
MAX_ELEMENTS = 200_000
MAX_DEPTH = 100
