"""The test of an installed program by itself: invented notes through everything, and a report."""
