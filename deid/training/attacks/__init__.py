"""Attacks on a training, made to measure what it gives away. What they reach is a lower bound."""
