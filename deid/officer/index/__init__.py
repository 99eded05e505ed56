"""The index of the log: what makes millions of records quick to browse, and nothing more.

A second database beside the log, derived from it and thrown away at will. It answers which records
there are and how many; what a record says is read from the log itself.
"""
