"""The records of the examples in the API's description. `make demo` makes them: examples work when pasted."""

from uuid import UUID

CUSTOMER_ID = UUID("0197a000-0000-7000-8000-000000000001")
ORGANISATION_ID = UUID("0197a000-0000-7000-8000-000000000002")
LEAD_ID = UUID("0197a000-0000-7000-8000-000000000003")
DEAL_ID = UUID("0197a000-0000-7000-8000-000000000004")
ORDER_ID = UUID("0197a000-0000-7000-8000-000000000005")
TASK_ID = UUID("0197a000-0000-7000-8000-000000000006")

API_KEY_NAME = "4Xn2bQ8sLr0T"
"""The form of an API key's id; it is drawn, so that no key has this one."""
