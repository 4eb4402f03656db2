"""A pipeline that asks for something at every stage, beside the one that is shipped."""

from domain.pipelines import PIPELINES, Definition, PipelineDefined, Pipelines, Stage
from tests.support.facts import given

WON = Stage(id="won", name="Won", kind="won", probability=100, category="closed")
LOST = Stage(id="lost", name="Lost", kind="lost", probability=0, category="omitted")
GATED = Definition(
    id="gated",
    name="With gates",
    stages=(
        Stage(id="talks", name="Talks", probability=20, category="pipeline", required_fields=("owner", "contact")),
        Stage(
            id="terms",
            name="Terms",
            probability=50,
            category="best_case",
            required_fields=("amount",),
            exit_criteria=("Budget", "Signature"),
            rotting_days=7,
            max_days=30,
        ),
        Stage(id="delivery", name="Delivery", probability=90, category="commit", needs_next_step=True),
        WON,
        LOST,
        Stage(id="no_answer", name="No answer", kind="lost", probability=0, category="omitted"),
    ),
    loss_reasons=("price", "no decision"),
)


def pipelines_of(*definitions: Definition) -> Pipelines:
    """The shipped pipelines and these, defined one after the other."""
    told = [PipelineDefined(pipeline=definition) for definition in definitions]
    return PIPELINES.of(given(PIPELINES.aggregate, *told, stream_id=PIPELINES.id))
