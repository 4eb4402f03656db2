"""The FastAPI application."""

from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi_swagger import patch_fastapi

from api.http import description, problems
from api.http.directory import Directory
from api.http.edge import Edge
from api.http.housekeeping import housekeeping
from api.http.route import routes_of
from api.http.routes import (
    access,
    assignment,
    assignment_trial,
    audit,
    consents,
    custom_fields,
    customer_views,
    customers,
    deal_contacts,
    deal_items,
    deal_list,
    deal_moves,
    deals,
    duplicate_rules,
    duplicates,
    explain,
    explained_sums,
    forecasts,
    histories,
    identifiers,
    identity_rules,
    interactions,
    lead_assessments,
    lead_conversions,
    lead_list,
    lead_rules,
    lead_statuses,
    leads,
    lifecycles,
    links,
    orders,
    pipelines,
    pool,
    rates,
    replays,
    scored_leads,
    scores,
    scoring_models,
    search,
    segments,
    status,
    tasks,
)
from api.ports import Services
from domain.access import Authenticator

_DESCRIPTION = """
Every customer touchpoint is an immutable event; every answer is a fold over those events, for now or for any past
moment: by what had happened by then (`as_of`), by what we knew by then (`known_at`), or both.

* A **command** answers with the record's `id`, its `version`, and the `position` of its event in the one order of
  all events.
* A **question** over many events says with the header `Position` up to which event it is answered, and with
  `Lag-Seconds` how long the first event that is missing has been there, 0 where none is; with
  `Min-Position` it waits up to 2 s until that event is in, or answers 503 with how far it has come (409, where no
  event has that position yet). A record as it is now is always of the last event, and says its version in `ETag`.
* An answer about the **past** names it (`as_of`, `known_at`; the headers `As-Of`, `Known-At`). What has to be
  worked out first is answered 503 with `Retry-After`. Who may see a record is decided on the record as it is now.
* An **error** is a problem document (RFC 9457) whose `type` ends in the name of the rule that refused.
"""


PARTS: tuple[APIRouter, ...] = (
    *(customers.router, customers.batches, leads.router, leads.batches, deals.router, interactions.router),
    *(orders.router, orders.batches, segments.router, forecasts.router, audit.router, status.router),
    lifecycles.router,
    *(
        histories.leads,
        histories.deals,
        lead_list.router,
        lead_statuses.router,
        lead_assessments.router,
        lead_conversions.router,
        lead_rules.router,
    ),
    access.router,
    custom_fields.router,
    *(deal_list.router, deal_moves.router, pipelines.router),
    tasks.router,
    *(duplicates.router, duplicates.checks, duplicate_rules.router),
    *(consents.router, explain.router, explained_sums.router),
    *(customer_views.router, identifiers.router, identifiers.lookup, links.router, identity_rules.router),
    *(
        assignment.router,
        assignment.absences,
        assignment.leads,
        assignment_trial.router,
        pool.router,
        pool.rules,
        pool.workloads,
    ),
    *(scoring_models.router, scores.router, scores.customers, scored_leads.router, replays.router),
    *(rates.router, deal_items.router, deal_contacts.router),
    search.router,
)


def create_app(services: Services, identity: Authenticator) -> FastAPI:
    """The application over the given services, which live as long as it does."""
    app = FastAPI(
        title="Touchledger",
        version=version("touchledger"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        lifespan=housekeeping(services),
        # Nobody is told of requests yet; asking for listeners was 2 % of a request in a profile.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.services = services
    app.state.identity = identity
    app.state.in_flight = {}
    app.add_middleware(Edge)
    problems.install(app)
    # Not included, which would look through all parts at each request: one list of routes, tried in order, those
    # without a name in their path first; and a directory of it.
    routes = [route for part in PARTS for route in part.routes]
    app.router.routes.extend(sorted(routes, key=lambda route: "{" in getattr(route, "path", "")))
    described = routes_of(app)
    description.install(app, described)
    patch_fastapi(app, docs_url="/docs")
    app.router.middleware_stack = Directory(app.router, described)
    return app
