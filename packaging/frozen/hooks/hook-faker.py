"""Nothing: `frozen.contents` names the few lists of names that are imported."""
