"""The notes that a person has in work, kept so that nothing is lost when the program ends."""
