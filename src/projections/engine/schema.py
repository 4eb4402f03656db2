"""What all folds share in the database, beside their own tables."""

from psycopg2.extensions import connection as Connection

from projections.engine import jobs, positions
from projections.engine.bulk import builds, kept
from projections.engine.database import lock_catalogue, transaction
from projections.engine.live import breaker
from projections.engine.past import registry


def create_schema(connection: Connection) -> None:
    """Create what all folds share, where it is missing. The schema `read` itself comes with `crm migrate`."""
    with transaction(connection) as cursor:
        lock_catalogue(cursor)
        shared = (positions, breaker, jobs, builds, kept, registry)
        cursor.execute("".join(each.CREATE for each in shared))
