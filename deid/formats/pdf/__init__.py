"""PDF files (ISO 32000-2): born-digital pages, and whatever else of a document holds text."""
