"""Codings on their way out: JSON Lines, CSV, Parquet and a table for the terminal."""
