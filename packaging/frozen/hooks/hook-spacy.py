"""Nothing: what stands in for spaCy has no data."""
