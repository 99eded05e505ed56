"""Where identifiers hide in pages of HTML."""

from __future__ import annotations

import codecs
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

from tests.formats.oracle.channels import Channel, Words
from tests.formats.pictures.drawn import drawn, saved


def said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def page(body: str = "", head: str = "") -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        f'{head}</head>\n<body class="content">\n<p>Stable &amp; well &lt; 5 days.</p>\n{body}\n'
        "</body>\n</html>\n"
    )


def _body(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: page(write(words)).encode()


def _head(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: page(head=write(words)).encode()


def _split(words: Words) -> str:
    half = len(words.family) // 2
    return (
        f"<p>Seen with <b>{words.given[:3]}</b>{words.given[3:]} <a href='#top'>"
        f'{words.family[:half]}<span style="color:red">{words.family[half:]}</span></a>, '
        f"{words.number[:4]}<!-- better --><i>{words.number[4:]}</i>.</p>"
    )


def _numbered(text: str) -> str:
    return "".join(f"&#{ord(one)};" if number % 2 else one for number, one in enumerate(text))


def _bare(text: str) -> str:
    return "".join(f"&#{ord(one)}" if one.isalpha() else one for one in text)


def _office(words: Words) -> str:
    return (
        "<!--[if gte mso 9]><xml>\n <o:DocumentProperties>\n  "
        f"<o:Title>{said(words)}</o:Title>\n </o:DocumentProperties></xml><![endif]-->\n"
    )


def _authors(words: Words) -> str:
    return (
        f'<meta name="author" content="{words.name}">\n<!--[if gte mso 9]><xml>'
        f"<o:DocumentProperties><o:LastAuthor>{words.name}</o:LastAuthor>"
        f"<o:Company>{words.number}</o:Company></o:DocumentProperties></xml><![endif]-->\n"
    )


def _utf16(words: Words) -> bytes:
    text = f"<html><body><p>{said(words)}</p></body></html>"
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


def _latin(words: Words) -> bytes:
    text = page(f"<p>{said(words)} Café.</p>").replace("utf-8", "iso-8859-1")
    return text.encode("latin-1")


def _xhtml(words: Words) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>Note</title></head><body><p>{said(words)}<br/>\n"
        f"<![CDATA[{said(words)}]]></p></body></html>"
    ).encode()


def _drawing(words: Words) -> str:
    return f"<svg xmlns='http://www.w3.org/2000/svg'><text x='1'>{said(words)}</text></svg>"


def picture_address(words: Words) -> str:
    """The address of a picture on which the words stand."""
    return f"data:image/png;base64,{b64encode(saved(drawn(said(words)))).decode()}"


def _packed(text: str) -> str:
    return b64encode(text.encode()).decode()


def _link(words: Words) -> str:
    return f'<a href="notes/{words.given}-{words.family}.htm?n={quote(said(words))}">x</a>'


CHANNELS = (
    Channel(".html", "paragraph", _body(lambda w: f"<p>{said(w)}</p>")),
    Channel(".html", "names and numbers over inline elements and a comment", _body(_split)),
    Channel(
        ".html",
        "table cell",
        _body(lambda w: f"<table><tr><td>Seen</td><td>{said(w)}</td></tr></table>"),
    ),
    Channel(".html", "list without end tags", _body(lambda w: f"<ul><li>better<li>{said(w)}</ul>")),
    Channel(".html", "text as it stands", _body(lambda w: f"<pre>\n  {said(w)}\n</pre>")),
    Channel(".html", "references by number", _body(lambda w: f"<p>{_numbered(said(w))}</p>")),
    Channel(
        ".html", "references without their end", _body(lambda w: f"<p>x {_bare(w.name)} {w.number}")
    ),
    Channel(
        ".html",
        "references that are written twice",
        _body(lambda w: f"<p>{_numbered(said(w)).replace('&', '&amp;')}</p>"),
    ),
    Channel(".html", "title", _head(lambda w: f"<title>{said(w)}</title>")),
    Channel(
        ".html",
        "description in the head",
        _head(lambda w: f'<meta name="description" content="{said(w)}">'),
    ),
    Channel(".html", "authors and company", _head(_authors), is_field=True),
    Channel(".html", "properties of Word's, in a conditional comment", _head(_office)),
    Channel(".html", "comment", _body(lambda w: f"<!-- {said(w)} -->")),
    Channel(
        ".html",
        "markup in a comment",
        _body(lambda w: f"<!-- {_split(w)[:-4]} -->".replace("<!-- better -->", "")),
    ),
    Channel(
        ".html",
        "markup in a comment that is none of HTML",
        _body(lambda w: f"<!-- <zz>{w.name[:4]}<b =x>{w.name[4:]}</b>, {w.number}<a t='> -->"),
    ),
    Channel(
        ".html",
        "conditional section",
        _body(lambda w: f"<![if !supportLists]><span>{said(w)}</span><![endif]>"),
    ),
    Channel(
        ".html",
        "alternative text and title",
        _body(lambda w: f"<img src='a.png' alt='{said(w)}' title=\"{w.name}\">"),
    ),
    Channel(
        ".html",
        "value without quotation marks",
        _body(lambda w: f"<img alt={w.family} title={w.given}&#32;{w.number}>"),
    ),
    Channel(
        ".html",
        "form: value, prompt, choice and area",
        _body(
            lambda w: (
                f"<form><input value='{said(w)}' placeholder='{w.name}'>"
                f"<select><option>{said(w)}</select><textarea>{said(w)}</textarea></form>"
            )
        ),
    ),
    Channel(".html", "target of a link", _body(_link)),
    Channel(
        ".html",
        "name, id and class",
        _body(
            lambda w: (
                f'<p id="{w.given} {w.family}" class="{w.family}">x <a name="{w.number}"></a></p>'
            )
        ),
    ),
    Channel(
        ".html",
        "data of one's own",
        _body(lambda w: f'<div data-patient="{w.name}" data-mrn="{w.number}">x</div>'),
    ),
    Channel(".html", "script", _body(lambda w: f'<script>var seen = "{said(w)}";</script>')),
    Channel(
        ".html",
        "what happens on a click",
        _body(lambda w: f"<p onclick=\"show('{said(w)}')\">x</p>"),
    ),
    Channel(
        ".html", "style", _head(lambda w: f"<style>p {{ color: red }} /* {said(w)} */</style>")
    ),
    Channel(
        ".html",
        "style of an element",
        _body(lambda w: f"<p style=\"font-family:'{said(w)}'\">x</p>"),
    ),
    Channel(
        ".html",
        "drawing",
        _body(
            lambda w: (
                f"<svg width='9'><title>{said(w)}</title>"
                f"<text x='1'>{w.given} <tspan>{w.family}</tspan></text></svg>"
            )
        ),
    ),
    Channel(
        ".html",
        "text on a picture in its address (data:)",
        _body(lambda w: f'<img alt="a" src="{picture_address(w)}">'),
        is_composed=True,
    ),
    Channel(
        ".html",
        "text on a picture in a style",
        _head(lambda w: f"<style>p {{ background: url('{picture_address(w)}') }}</style>"),
        is_composed=True,
    ),
    Channel(
        ".html",
        "drawing in an address of a style",
        _head(
            lambda w: (
                "<style>p { background: "
                f'url("data:image/svg+xml;charset=utf-8,{quote(_drawing(w))}") }}</style>'
            )
        ),
    ),
    Channel(
        ".html",
        "page and text in addresses",
        _body(
            lambda w: (
                f'<a href="data:text/html;base64,{_packed(page(said(w)))}">x</a>'
                f"<a href='data:text/plain,{quote(said(w))}'>x</a>"
            )
        ),
    ),
    Channel(".html", "instruction", _body(lambda w: f"<?note {said(w)}?>")),
    Channel(".html", "byte order mark and UTF-16", _utf16),
    Channel(".html", "ISO 8859-1 that the page names", _latin),
    Channel(".html", "behind the end", lambda w: (page() + said(w)).encode()),
    Channel(".htm", "paragraph", _body(lambda w: f"<p>{said(w)}</p>")),
    Channel(".xhtml", "paragraph and section of characters", _xhtml),
)
