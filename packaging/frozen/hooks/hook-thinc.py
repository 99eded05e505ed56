"""Nothing: what stands in for thinc has no data."""
