"""Columns that tables of before did not have."""


def added(table: str, column: str, kind: str) -> str:
    """The statement that adds it, where it is missing. Not `IF NOT EXISTS`, which would wait for all who read."""
    return f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{column}') THEN
        ALTER TABLE {table} ADD COLUMN {column} {kind};
    END IF;
END $$;
"""
