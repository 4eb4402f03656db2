"""Tables out to Parquet files, for analysts. Needs the extra `analysis`."""
