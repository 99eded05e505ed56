"""Stands where thinc would, as `spacy` beside it does."""
