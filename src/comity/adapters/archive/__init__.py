"""Archives: a log as Parquet files, which other tools read, and which many processes replay."""
