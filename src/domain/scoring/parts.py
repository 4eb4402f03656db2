"""Which parts a model of each kind has."""

from domain.scoring.documents import Kind, ScoringModel
from domain.scoring.refusals import PartOutOfKind

_PARTS: dict[Kind, tuple[frozenset[str], frozenset[str]]] = {
    "fit": (frozenset({"fit"}), frozenset({"bands"})),
    "engagement": (frozenset({"engagement"}), frozenset({"bands"})),
    "combined": (frozenset({"fit", "engagement", "combined"}), frozenset()),
    "health": (frozenset({"engagement", "health"}), frozenset({"bands"})),
    "predictive": (frozenset({"predictive"}), frozenset({"bands"})),
}
"""By kind: the parts that it must have, and those that it may have."""


def check_parts(model: ScoringModel) -> None:
    """Raises:
    PartOutOfKind: naming the part that is missing, or has no place.
    """
    must, may = _PARTS[model.kind]
    for part in ("fit", "engagement", "combined", "health", "predictive", "bands"):
        there = bool(getattr(model, part))
        if there and part not in must | may:
            raise PartOutOfKind(f"a model of kind {model.kind} has no {part}", field=part)
        if not there and part in must:
            raise PartOutOfKind(f"a model of kind {model.kind} needs {part}", field=part)
    features = model.predictive.features if model.predictive else ()
    for place, feature in enumerate(features):
        if (feature.attribute is None) == (feature.event is None):
            raise PartOutOfKind(
                "a feature is an attribute, or an event that is counted", field=f"predictive.features.{place}"
            )
