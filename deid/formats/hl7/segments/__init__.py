"""What the fields of the standard's segments are, by the subjects of its chapters (pure data)."""
