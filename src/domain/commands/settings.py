"""Commands on one configuration that look at another: neither asks for what the other does not have."""

from collections.abc import Sequence
from typing import Any

from domain import pipelines
from domain.aggregates import Change
from domain.assignment import ASSIGNMENT_RULES
from domain.custom_fields import CUSTOM_FIELDS, CustomFields, RecordKind, retire_field
from domain.ledger import Circumstances, Command
from domain.pipelines import PIPELINES, Definition, Pipelines
from domain.pipelines.definition import CUSTOM
from domain.scoring import SCORING_MODELS, ScoringModel, ScoringModels
from domain.scoring.promoting import define_version, put_live

_READS = (PIPELINES.read, CUSTOM_FIELDS.read)


def define_pipeline(definition: Definition, by: Circumstances) -> Command:
    """Define a pipeline whose stages may require custom fields of a deal."""

    def changes(known: Pipelines | None, fields: CustomFields | None) -> list[Change]:
        names = CUSTOM_FIELDS.of(fields).taking("deal")
        event = pipelines.define_pipeline(PIPELINES.of(known), definition, custom_fields=names)
        return [Change(PIPELINES.aggregate, PIPELINES.id, PIPELINES.id, (event,))]

    return Command(PIPELINES.id, _READS, changes, by)


def retire_custom_field(kind: RecordKind, name: str, by: Circumstances) -> Command:
    """Retire a custom field that no stage requires, and that no assignment rule asks for, nor a scoring model
    that is live or comes."""

    def changes(known: Pipelines | None, fields: CustomFields | None, rules: Any, models: Any) -> list[Change]:
        needed_by: Sequence[str] = [
            *ASSIGNMENT_RULES.of(rules).asking(name),
            *SCORING_MODELS.of(models).at(by.now).asking(name),
        ]
        if kind == "deal":
            needed_by = PIPELINES.of(known).requiring(f"{CUSTOM}{name}")
        event = retire_field(CUSTOM_FIELDS.of(fields), kind, name, needed_by=needed_by)
        return [Change(CUSTOM_FIELDS.aggregate, CUSTOM_FIELDS.id, CUSTOM_FIELDS.id, (event,))]

    return Command(CUSTOM_FIELDS.id, (*_READS, ASSIGNMENT_RULES.read, SCORING_MODELS.read), changes, by)


def define_scoring_model(model: ScoringModel, by: Circumstances) -> Command:
    """Define the next version of a scoring model, which may ask for custom fields of leads and customers. One
    whose `effective_from` lies ahead is promoted with it."""

    def changes(known: ScoringModels | None, fields: CustomFields | None) -> list[Change]:
        custom = CUSTOM_FIELDS.of(fields)
        names = custom.taking("lead", "customer")
        events = define_version(SCORING_MODELS.of(known), model, by=by.actor, now=by.happened, custom_fields=names)
        return [Change(SCORING_MODELS.aggregate, SCORING_MODELS.id, SCORING_MODELS.id, events)]

    return Command(SCORING_MODELS.id, (SCORING_MODELS.read, CUSTOM_FIELDS.read), changes, by)


def put_scoring_model_live(model: ScoringModel, by: Circumstances) -> Command:
    """Let a model that was replayed go live; its document is defined as a version, where it is none yet."""

    def changes(known: ScoringModels | None, fields: CustomFields | None) -> list[Change]:
        custom = CUSTOM_FIELDS.of(fields)
        names = custom.taking("lead", "customer")
        events = put_live(SCORING_MODELS.of(known), model, by=by.actor, now=by.now, custom_fields=names)
        return [Change(SCORING_MODELS.aggregate, SCORING_MODELS.id, SCORING_MODELS.id, events)]

    return Command(SCORING_MODELS.id, (SCORING_MODELS.read, CUSTOM_FIELDS.read), changes, by)
