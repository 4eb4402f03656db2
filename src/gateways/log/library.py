"""What the eventsourcing library is told about the database."""

from psycopg.conninfo import conninfo_to_dict


def library_environment(dsn: str, connections: int) -> dict[str, str]:
    """The library's settings for a database.

    Raises:
        ValueError: the address is no libpq connection string.
    """
    given = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given.get("dbname", "touchledger")),
        "POSTGRES_HOST": str(given.get("host", "127.0.0.1")),
        "POSTGRES_PORT": str(given.get("port", 5432)),
        "POSTGRES_USER": str(given.get("user", "postgres")),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": str(connections),
        "POSTGRES_SCHEMA": "crm",
        # A pooled connection that died fails no question.
        "POSTGRES_PRE_PING": "yes",
        "POSTGRES_CONNECT_TIMEOUT": "3",  # how long a question waits for a connection; 30 s where not said
        # The tables are made by our migrations.
        "CREATE_TABLE": "no",
        # The function that this would install takes no lock: readers could skip events for ever.
        "POSTGRES_ENABLE_DB_FUNCTIONS": "no",
    }
