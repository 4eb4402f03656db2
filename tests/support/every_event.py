"""One event of every type, each with all of its fields."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain import (
    access,
    assignment,
    custom_fields,
    customers,
    deals,
    duplicates,
    identity,
    interactions,
    leads,
    orders,
    pipelines,
    rates,
    scoring,
    tasks,
)
from domain.events import Event
from domain.identifiers import Identifier
from domain.money import money
from tests.support.facts import ACME, ADA, DAY, DEAL_ID, LEAD_ID, NOON, euros
from tests.support.scoring_models import WHOLE_MODEL
from tests.support.wall_times import due

DUE = due("2027-03-28T09:00")

WHOLE: list[Event] = [
    customers.CustomerRegistered(
        kind="person", name="Ådä 🜚", email="a@b.se", phone="+46 8 1",
        attributes={"s": "x", "i": 7, "f": 1.5, "b": True}, unique=("email",), duplicate_rules_version=1,
    ),
    customers.CustomerProfileChanged(name="Ada", email=None, attributes={"gone": None, "kept": 0}),
    customers.CustomerJoinedOrganisation(organisation_id=ACME, role="CTO"),
    customers.CustomerLeftOrganisation(organisation_id=ACME),
    customers.CustomerMemberJoined(person_id=ADA, role="CTO"),
    customers.CustomerMemberLeft(person_id=ADA),
    customers.CustomerFieldsChanged(
        values={"seats": 3, "share": 0.5, "vip": True, "region": "north", "budget": euros("1.50")},
        personal_values={"passport": "X 1"}, cleared=("size",), claimed=("passport",), released=("size",),
        fields_version=7,
    ),
    customers.CustomerLifecycleChanged(from_stage="lead", to_stage="opportunity", because="lead converted"),
    customers.CustomerCameFromLead(lead_id=LEAD_ID),
    customers.CustomerIdentifierAdded(
        kind="external", value="7", system="erp", told_by="an import", confidence=90
    ),
    customers.CustomerIdentifierSeen(kind="cookie", value="c-1", told_by="tracker", confidence=60),
    customers.CustomerIdentifierVerified(kind="email", value="a@b.se", how="confirmed message"),
    customers.CustomerIdentifierRemoved(kind="phone", value="+468123456"),
    customers.CustomerLinked(
        other=ADA, identifier_kind="external", identifier_value="7", identifier_system="erp", holders=2,
        rules_version=1,
    ),
    customers.CustomerUnlinked(other=ADA),
    customers.CustomerSurvivorChosen(field="attributes.tier"),
    customers.CustomerSurvivorReleased(field="name"),
    customers.CustomerDuplicatesFound(
        found=(customers.FoundAlike(ADA, 0.987654, ("email",)), customers.FoundAlike(ACME)), accepted=True,
        duplicate_rules_version=2,
    ),
    customers.CustomerDuplicateDismissed(other_id=ADA),
    customers.CustomerConsentGiven(
        purpose="newsletter", channel="email", basis="consent", wording="2026-03", captured_by="web form",
        form_id="f-7", text_hash="ab" * 32, contact_point="a@b.se", brand="Lind", jurisdiction="SE",
        effective_from=NOON, effective_to=NOON + 730 * DAY, double_opt_in=True,
    ),
    customers.CustomerConsentConfirmed(purpose="newsletter", channel="email", captured_by="confirmation link"),
    customers.CustomerConsentWithdrawn(purpose="newsletter", channel="email", captured_by="unsubscribe link"),
    leads.LeadCaptured(channel="web", campaign="c", company="Acme", interest="seats", owner="ann", status="fresh"),
    leads.LeadChanged(channel="event", company=None, email="a@b.se"),
    leads.LeadStatusChanged(from_status="new", to_status="working", status_type="working", statuses_version=2),
    leads.LeadElementAssessed(
        framework="bant", element="budget", confidence=2, evidence="the call",
        budget=leads.Budget(amount=euros(9600), status="can_buy"),
    ),
    leads.LeadQualified(owner="ann", status="sql", statuses_version=1, qualification_version=3),
    leads.LeadDisqualified(disqualified_because="spam", statuses_version=0),
    leads.LeadRecycled(
        recycle_at=datetime(2027, 1, 1, tzinfo=UTC), from_status="disqualified", to_status="nurturing",
        channel="web", email="a@b.se",
    ),
    leads.LeadConverted(
        organisation_id=ACME, deal_id=DEAL_ID, converted_into=ADA,
        fields=(
            leads.MappedField(record="customer", field="name", to_value="Ådä", skipped_because="filled"),
            leads.MappedField(record="deal", field="amount", to_value="2.00 EUR", from_value="1.00 EUR"),
        ),
    ),
    leads.LeadFieldsChanged(cleared=("region",), fields_version=1),
    leads.LeadAssigned(
        owner="ann", previous="ben", rule="web", territory="north", rules_version=3, strategy="territory",
        candidates=(leads.CandidateSeen("ann", 2, 5), leads.CandidateSeen("ben", skipped_because="absent")),
        because="lies in the territory north",
    ),
    leads.LeadPooled(
        rule="web", rules_version=3, candidates=(leads.CandidateSeen("ben", open=9),), because="none",
    ),
    leads.LeadReleased(previous="ann", pool_rules_version=2, because="by hand"),
    leads.LeadStatusesDefined(
        statuses=(leads.LeadStatus(id="new", name="New", type="open", retired=True),),
        transitions={"new": ("working",)},
    ),
    leads.LeadQualificationDefined(framework="bant", minimum=5, required=("need",)),
    deals.DealOpened(
        name="Seats", pipeline="standard", stage="proposal", probability=50, category="best_case",
        amount=euros("0.10"), expected_close_date=date(2026, 6, 30), owner="ann", contact_id=ADA, lead_id=LEAD_ID,
        product="P1", pipeline_version=3,
    ),
    deals.DealLeadLinked(lead_id=LEAD_ID),
    deals.DealStageMoved(
        from_stage="a", to_stage="b", probability=0, category="omitted", pipeline_version=0
    ),
    deals.DealPipelineChanged(
        from_pipeline="x", to_pipeline="y", from_stage="a", to_stage="b", probability=5, category="pipeline",
        pipeline_version=2,
    ),
    deals.DealCriterionMet(stage="a", criterion="Budget", evidence="a mail"),
    deals.DealCriterionWithdrawn(stage="a", criterion="Budget"),
    deals.DealProbabilityPinned(probability=35, because="a rival"),
    deals.DealProbabilityUnpinned(probability=50, pipeline_version=1),
    deals.DealAmountChanged(amount=euros(2), previous=money(Decimal("1.001"), "KWD")),
    deals.DealCloseDateChanged(expected_close_date=date(9999, 12, 31), previous=date(1, 1, 1)),
    deals.DealChanged(name="Desks", owner=None, contact_id=ADA, product="P2"),
    deals.DealNextStepPlanned(task_id=LEAD_ID, due_at=datetime(2027, 1, 1, 9, tzinfo=UTC)),
    deals.DealNextStepDone(task_id=LEAD_ID),
    deals.DealWon(
        stage="won", amount=money(Decimal(5), "JPY"), rate=Decimal("0.006100"), rate_date=date(2026, 3, 2),
        home_currency="EUR", pipeline_version=1,
    ),
    deals.DealLost(stage="lost", loss_reason="price", competitor="Zeta", notes="n", pipeline_version=1),
    deals.DealReopened(stage="proposal", probability=50, category="best_case", pipeline_version=1),
    deals.DealFieldsChanged(values={"region": "north"}, fields_version=1),
    deals.DealLineItemAdded(
        item=deals.LineItem(
            id=LEAD_ID, name="Seats", product="seat", quantity=Decimal("2.50"), unit_price=euros("9.90"),
            discount=euros(1), tax_percent=Decimal("7.7"), interval="month", term=12,
        ),
    ),
    deals.DealLineItemChanged(
        item_id=LEAD_ID, name="Chairs", discount=None, discount_percent=Decimal("5.0"), term=24
    ),
    deals.DealLineItemRemoved(item_id=LEAD_ID),
    deals.DealAmountSourceSet(source="line_items"),
    deals.DealContactAdded(customer_id=ADA, role="economic_buyer", note="signs"),
    deals.DealContactRoleChanged(customer_id=ADA, from_role="user", to_role="blocker"),
    deals.DealContactRemoved(customer_id=ADA, role="blocker"),
    interactions.InteractionRecorded(
        channel="email", direction="outbound", subject="Offer", campaign="c", outcome="o", lead_id=LEAD_ID,
        deal_id=DEAL_ID,
    ),
    orders.OrderPlaced(total=euros("999999999999999.99"), items=3, number="A-1", deal_id=DEAL_ID),
    orders.OrderReturned(value=euros(1), returned_because="too small"),
    tasks.TaskPlanned(
        title="Call", type="call", priority="high", owner="ann", due=DUE, reminders=(30,), lead_id=LEAD_ID,
        deal_id=DEAL_ID, recurrence=tasks.Recurrence("FREQ=DAILY", DUE.local, DUE.time_zone), series_id=ADA,
        occurrence=DUE.local, next_step=True,
    ),
    tasks.TaskStarted(),
    tasks.TaskDeferred(),
    tasks.TaskRescheduled(due=DUE, previous=DUE),
    tasks.TaskReassigned(owner="ben", previous="ann"),
    tasks.TaskChanged(title="Ring", reminders=(), recurrence=None),
    tasks.TaskCompleted(outcome="they want a demo", next_task_id=ADA),
    tasks.TaskCancelled(next_task_id=ADA),
    tasks.TaskReminderDue(minutes_before=30, due_at=DUE.at),
    tasks.TaskOverdue(due_at=DUE.at),
    access.RoleDefined(name="desk", grants={"deal:read": access.Level.TEAM}),
    access.RoleRemoved(name="desk"),
    access.MemberSet(principal="ann", roles=("desk", "sales"), team="north"),
    access.MemberRemoved(principal="ann"),
    access.KeyIssued(
        key_id="k" * 12, principal="ann", digest="0" * 64, scopes=("*:read",),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    ),
    access.KeyRevoked(key_id="k" * 12),
    access.KeyRotated(
        key_id="k" * 12, new_key_id="n" * 12, digest="f" * 64, expires_at=datetime(2028, 1, 1, tzinfo=UTC),
        overlap_until=datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ),
    rates.HomeCurrencySet(currency="EUR", previous="BGN"),
    rates.CurrencyRateSet(
        currency="USD", home="EUR", rate=Decimal("0.91340"), on=date(2026, 3, 2), source="ECB",
        rate_set="budget-2027",
    ),
    custom_fields.CustomFieldDefined(
        kind="deal",
        definition=custom_fields.NumberField(name="seats", label="Seats", minimum=0, maximum=1.5, required=True),
    ),
    custom_fields.CustomFieldRetired(kind="deal", name="seats"),
    pipelines.PipelineDefined(
        pipeline=pipelines.Definition(
            id="standard", name="Standard", stages=pipelines.STANDARD.stages, loss_reasons=("price",)
        )
    ),
    pipelines.PipelineRetired(pipeline="standard"),
    identity.IdentityRulesDefined(
        role_mailboxes=("info",), never_link=(Identifier("phone", "+468123456"),), most_holders=4, largest_group=9,
        survivorship={"name": "longest"}, trusted_sources=("erp",), phone_region="SE",
    ),
    duplicates.DuplicateRulesDefined(
        actions={"import": duplicates.Thresholds(warn=0.5, block=0.95)}, card={"city": ("attributes.town",)},
        exact=("email",),
    ),
    assignment.AssignmentRulesDefined(
        rules=(
            assignment.Rule(
                "web", "Web", "territory",
                territories=(
                    assignment.Territory(
                        "north",
                        assignment.When(
                            all=(assignment.Condition("country", "in", ("SE", 7, 0.5, True)),),
                            any=(assignment.Condition("company", "is_set"),),
                        ),
                        (assignment.Candidate("ann", most_open=9),),
                    ),
                ),
                stop=True,
            ),
            assignment.Rule("r", "Rest", "weighted", candidates=(assignment.Candidate("ann", 2),), active=False),
        ),
    ),
    assignment.AbsenceSet(absence=assignment.Absence("ann", NOON, NOON + DAY, "ill")),
    assignment.AbsencesCleared(principal="ann"),
    assignment.PoolRulesDefined(most_held=9, most_a_day=3, lockout_days=30, recall_after_days=14),
    assignment.TurnTaken(
        rule="web", territory="north", rules_version=3, owner="ann", turn=7, standing={"ann": 4, "ben": -3},
    ),
    assignment.WorkloadTaken(owner="ann", lead_id=LEAD_ID, by="claim"),
    assignment.WorkloadReleased(owner="ann", lead_id=LEAD_ID, because="lead.converted"),
    scoring.ScoringModelDefined(model=WHOLE_MODEL),
    scoring.ScoringModelPromoted(model="every_part", model_version=3),
    scoring.ScoringModelRetired(model="every_part"),
]  # fmt: skip
