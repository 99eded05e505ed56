"""NoteVeil: takes the identity out of clinical notes on the computer where they lie."""
