"""What a search found, as it is answered."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.outlook import Seen
from api.http.pages import ID, Page, Places
from api.outlook import Outlook
from projections.search.asked import Asked
from projections.search.matched import matched
from projections.search.query import Hit, Place

PLACES: Places[Place] = Places(
    rf"[01]\.[0-9]{{4}}\.{ID}",
    lambda place: f"{place.rank:.4f}.{place.id}",
    lambda text: Place(float(text[:6]), UUID(text[7:])),
)


class MatchAnswer(BaseModel):
    """Why it was found. `how`: `exact` by what is told once (an address, a number, an id), `words` by words or
    their beginnings, `similar` by being written nearly like that."""

    how: Literal["exact", "words", "similar"]
    field: str = Field(description="`name`, `email`, …; `customer`, where it is the customer that was found")
    snippet: str = Field(description="what stands there")


class HitAnswer(BaseModel):
    kind: Literal["person", "organisation", "lead", "deal"]
    id: UUID
    title: str | None = Field(description="what it is called; null for a customer of whom nothing is known")
    customer_id: UUID
    customer: str | None = Field(description="what the customer is called; null for who may not see it")
    owner: str | None
    matched: MatchAnswer
    rank: float = Field(description="from 1, for what is exactly that, down")


class SearchPage(Seen):
    """The best first. `next` is the cursor of the following page; null on the last."""

    items: list[HitAnswer]
    next: str | None


def search_page(hits: list[Hit], wanted: Asked, page: Page[Place], outlook: Outlook) -> SearchPage:
    return SearchPage(
        **outlook.named,
        items=[_hit(hit, wanted) for hit in page.shown(hits)],
        next=page.next(hits, lambda hit: hit.place),
    )


def _hit(hit: Hit, wanted: Asked) -> HitAnswer:
    field, snippet = matched(hit, wanted)
    return HitAnswer(
        kind=hit.kind,
        id=hit.id,
        title=hit.title,
        customer_id=hit.customer_id,
        customer=hit.customer,
        owner=hit.owner,
        matched=MatchAnswer(how=hit.how, field=field, snippet=snippet),
        rank=hit.rank,
    )
