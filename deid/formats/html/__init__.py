"""Pages of HTML and XHTML: `.html`, `.htm`, `.xhtml` (HTML Living Standard, 13.1 and 13.2)."""

from __future__ import annotations

from deid.formats.html.file import HtmlFile, read

__all__ = ["HtmlFile", "read"]
