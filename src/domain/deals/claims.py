"""What a deal holds for itself."""

from domain.claims import NO_CLAIMS, Claim, Claims
from domain.custom_fields.records import field_claims
from domain.deals.events import DealFieldsChanged, DealOpened
from domain.deals.refusals import DealNumberTaken
from domain.events import Event
from domain.external_ids import external_claim


def claims(event: Event) -> Claims:
    if isinstance(event, DealOpened):
        return Claims((*_number(event), *external_claim("deal", event.external_id)))
    return field_claims("deal", event) if isinstance(event, DealFieldsChanged) else NO_CLAIMS


def _number(opened: DealOpened) -> tuple[Claim, ...]:
    if opened.number is None:
        return ()
    return (
        Claim(
            kind="deal number",
            value=opened.number,
            what=f"deal number {opened.number!r}",
            taken=DealNumberTaken,
            field="number",
            record="deal",
        ),
    )
