# ruff: noqa: N999 - Pillow is called so
"""Stands where Pillow would in the frozen programs, which read and write no image.

reportlab imports it when it is imported itself; reports hold text, tables and drawn squares.
"""
