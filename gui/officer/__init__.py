"""The privacy officer's desk: what became of the notes, and whether that can be relied on."""
