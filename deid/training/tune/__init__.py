"""Going on from a model package with a site's own notes, with or without differential privacy."""
