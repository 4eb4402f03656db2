"""The records of the examples in the API's description. `make demo` makes them: examples work when pasted."""

from uuid import UUID

CUSTOMER_ID = UUID("0197a000-0000-7000-8000-000000000001")
ORGANISATION_ID = UUID("0197a000-0000-7000-8000-000000000002")
LEAD_ID = UUID("0197a000-0000-7000-8000-000000000003")
DEAL_ID = UUID("0197a000-0000-7000-8000-000000000004")
ORDER_ID = UUID("0197a000-0000-7000-8000-000000000005")

BY_PARAMETER = {
    "customer_id": CUSTOMER_ID,
    "organisation_id": ORGANISATION_ID,
    "lead_id": LEAD_ID,
    "deal_id": DEAL_ID,
    "order_id": ORDER_ID,
}
