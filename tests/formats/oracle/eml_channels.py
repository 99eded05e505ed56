"""Where identifiers hide in e-mails."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words
from tests.formats.oracle.docx_channels import docx, run
from tests.formats.oracle.rtf_channels import rtf

HEADER = "Subject: Visit\r\nMIME-Version: 1.0\r\n"


def said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def mail(*fields: str, body: str = "Stable and well.") -> bytes:
    header = "".join(f"{field}\r\n" for field in fields)
    return f"{HEADER}{header}\r\n{body}\r\n".encode()


def parts(
    *pieces: bytes,
    kind: str = "mixed",
    before: bytes = b"",
    behind: bytes = b"",
    boundary: str = "better",
) -> bytes:
    """An e-mail of parts, each with its header."""
    lines = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), piece) for piece in pieces)
    head = f'{HEADER}Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + before + lines + b"--%s--\r\n" % boundary.encode() + behind


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nStable and well."


def part(kind: str, content: bytes, *fields: str, coding: str = "") -> bytes:
    if coding:
        fields = (*fields, f"Content-Transfer-Encoding: {coding}")
    header = "".join(f"{field}\r\n" for field in (f"Content-Type: {kind}", *fields))
    match coding:
        case "base64":
            content = base64.encodebytes(content).replace(b"\n", b"\r\n")
        case "quoted-printable":
            lines = content.replace(b"\r\n", b"\n")
            content = quopri.encodestring(lines).replace(b"\n", b"\r\n")
    return header.encode() + b"\r\n" + content


def _field(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: mail(write(words))


def _attached(
    kind: str, write: Callable[[Words], bytes], name: str = ""
) -> Callable[[Words], bytes]:
    fields = (f'Content-Disposition: attachment; filename="{name}"',) if name else ()
    return lambda words: parts(TEXT, part(kind, write(words), *fields, coding="base64"))


def _body(kind: str, write: Callable[[Words], bytes], coding: str = "") -> Callable[[Words], bytes]:
    return lambda words: HEADER.encode() + part(kind, write(words), coding=coding)


def _coded_words(text: str, coding: str) -> str:
    if coding == "B":
        return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="
    return "=?iso-8859-1?Q?" + "".join(f"={ord(one):02X}" for one in text) + "?="


def _split_words(words: Words) -> str:
    half = len(words.family) // 2
    first, second = words.family[:half], words.family[half:]
    return (
        f"Subject: Seen with {words.given} {_coded_words(first, 'B')}\r\n "
        f"{_coded_words(second + ' ' + words.number, 'Q')}"
    )


def _no_subject(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: mail(write(words)).replace(b"Subject: Visit\r\n", b"")


def _pieces(words: Words) -> bytes:
    half = len(words.family) // 2
    name = (
        f"filename*0*=utf-8''{words.given}%20{words.family[:half]};\r\n"
        f' filename*1="{words.family[half:]} {words.number}.csv"'
    )
    disposition = f"Content-Disposition: attachment;\r\n {name}"
    return parts(TEXT, part("text/csv", b"better,worse\r\n1,2\r\n", disposition))


def _percent(words: Words) -> bytes:
    name = "".join(f"%{byte:02X}" for byte in f"{words.name} {words.number}.csv".encode())
    disposition = f"Content-Disposition: attachment; filename*=utf-8''{name}"
    return parts(TEXT, part("text/csv", b"better,worse\r\n1,2\r\n", disposition))


def _twice(words: Words) -> bytes:
    name = f"{words.name} {words.number}.csv"
    quoted = "".join(f"%{byte:02X}" for byte in name.encode())
    kind = f"text/csv; name=\"{_coded_words(name, 'B')}\"; name*=utf-8''{quoted}"
    disposition = f"attachment; filename*=utf-8''{quoted};\r\n filename=\"{name}\""
    table = b"better,worse\r\n1,2\r\n"
    return parts(TEXT, part(kind, table, f"Content-Disposition: {disposition}"))


def _start_in_pieces(words: Words) -> bytes:
    name = f"{words.given}.{words.family}.{words.number}"
    half = len(name) // 2
    start = f'start*0="<{name[:half]}"; start*1="{name[half:]}>"; boundary='
    return parts(
        part("text/plain", b"Well.", f"Content-ID: <{name}>"), TEXT, kind="related"
    ).replace(b"boundary=", start.encode(), 1)


def _related(words: Words) -> bytes:
    name = f"{words.given}.{words.family}.{words.number}"
    page = f'<html><body><p>Better<a href="cid:{name}">x</a></p></body></html>'.encode()
    return parts(
        part("text/html; charset=utf-8", page, coding="quoted-printable"),
        part("text/csv", b"better,worse\r\n1,2\r\n", f"Content-ID: <{name}>"),
        kind="related",
    )


def _signed(words: Words) -> bytes:
    signature = part(
        'application/pkcs7-signature; name="smime.p7s"', said(words).encode(), coding="base64"
    )
    return parts(TEXT, signature, kind="signed")


def _calendar(words: Words) -> bytes:
    text = f"BEGIN:VEVENT\nSUMMARY:{said(words)}\nATTENDEE;CN={words.name}:x\nEND:VEVENT\n"
    cut = len("BEGIN:VEVENT\nSUMMARY:Seen with ") + 4
    return (text[:cut] + "\n " + text[cut:]).replace("\n", "\r\n").encode()


def _card(words: Words) -> bytes:
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"FN:{words.name}", f"NOTE:{words.number}", "END:VCARD")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _deep(words: Words) -> bytes:
    inner = parts(TEXT, part("text/plain", said(words).encode(), coding="base64"), boundary="worse")
    inner = inner.replace(HEADER.encode(), b"")
    return parts(TEXT, inner, kind="mixed")


def _forwarded(words: Words) -> bytes:
    inner = mail(f"Comments: {said(words)}", body=said(words))
    return parts(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + inner)


def _html(words: Words) -> bytes:
    half = len(words.family) // 2
    return (
        f"<html><body><p>Seen with {words.given} <b>{words.family[:half]}</b>"
        f"{words.family[half:]}</p><!-- {words.number} --></body></html>"
    ).encode()


def _long(words: Words) -> bytes:
    return f"Better {'and better ' * 9}{said(words)} Naïve.\r\n".encode("latin-1")


CHANNELS = (
    Channel(".eml", "text", _body("text/plain", lambda w: said(w).encode())),
    Channel(".eml", "text in base64", _body("text/plain", lambda w: said(w).encode(), "base64")),
    Channel(
        ".eml",
        "text in quoted-printable, over soft line ends",
        _body("text/plain; charset=iso-8859-1; format=flowed", _long, "quoted-printable"),
    ),
    Channel(
        ".eml",
        "text in 8 bits",
        _body('text/plain; charset="utf-8"', lambda w: f"Café. {said(w)}".encode(), "8bit"),
    ),
    Channel(
        ".eml",
        "text in UTF-16",
        _body("text/plain; charset=utf-16le", lambda w: said(w).encode("utf-16-le"), "base64"),
    ),
    Channel(".eml", "page of HTML", _body("text/html; charset=utf-8", _html)),
    Channel(
        ".eml",
        "page of HTML in quoted-printable",
        _body(
            "text/html; charset=iso-8859-1",
            lambda w: f"<p>Café: {said(w)}</p>".encode("latin-1"),
            "quoted-printable",
        ),
    ),
    Channel(
        ".eml",
        "page of HTML that names another character set",
        _body(
            "text/html; charset=iso-8859-1",
            lambda w: f'<meta charset="utf-8"><p>Café: {said(w)}</p>'.encode("latin-1"),
            "quoted-printable",
        ),
    ),
    Channel(
        ".eml",
        "text and page beside it",
        lambda w: parts(
            TEXT,
            part("text/html", f"<p>{said(w)}</p>".encode(), coding="base64"),
            kind="alternative",
        ),
    ),
    Channel(".eml", "parts in parts", _deep),
    Channel(".eml", "name of a part, and references to it", _related, is_field=True),
    Channel(".eml", "before the parts", lambda w: parts(TEXT, before=f"{said(w)}\r\n".encode())),
    Channel(".eml", "behind the parts", lambda w: parts(TEXT, behind=f"{said(w)}\r\n".encode())),
    Channel(
        ".eml",
        "boundary",
        lambda w: parts(TEXT, TEXT, boundary=f"{w.given} {w.family} {w.number}"),
    ),
    Channel(
        ".eml",
        "senders and recipients",
        _field(lambda w: f'From: "{w.name}" <{w.family}@{w.number}.invalid>\r\nCc: {w.given}@x.y'),
        is_field=True,
    ),
    Channel(
        ".eml",
        "name of a recipient in coded words",
        _field(lambda w: f"To: {_coded_words(f'{w.name} {w.number}', 'B')} <b@site.invalid>"),
        is_field=True,
    ),
    Channel(
        ".eml",
        "name of a group of recipients",
        _field(lambda w: f"To: {w.name} {w.number}: b@site.invalid, c@site.invalid;"),
        is_field=True,
    ),
    Channel(
        ".eml",
        "comment beside an address",
        _field(lambda w: f"Reply-To: b@site.invalid ({w.given} (\\({w.family} {w.number}))"),
        is_field=True,
    ),
    Channel(".eml", "subject", _no_subject(lambda w: f"Subject: {said(w)}")),
    Channel(
        ".eml",
        "subject over lines",
        _no_subject(lambda w: f"Subject: Seen\r\n with {w.given}\r\n\t{w.family},\r\n {w.number}"),
    ),
    Channel(
        ".eml",
        "subject in coded words (base64)",
        _no_subject(lambda w: f"Subject: {_coded_words(said(w), 'B')}"),
    ),
    Channel(
        ".eml",
        "subject in coded words (quoted-printable)",
        _no_subject(lambda w: f"Subject: {_coded_words(said(w), 'Q')}"),
    ),
    Channel(".eml", "name over two coded words", _no_subject(_split_words)),
    Channel(".eml", "subject in UTF-8", _no_subject(lambda w: f"Subject: naïve. {said(w)}")),
    Channel(
        ".eml",
        "comments and keywords",
        _field(lambda w: f"Comments: {said(w)}\r\nKeywords: {w.name}"),
    ),
    Channel(
        ".eml",
        "numbers of messages",
        _field(
            lambda w: (
                f"Message-ID: <{w.given}@x.y>\r\nReferences: <{w.family}@x.y> <{w.number}@x.y>"
            )
        ),
        is_field=True,
    ),
    Channel(
        ".eml",
        "date that holds something else",
        _field(lambda w: f"Date: Tue, 03 Mar 2026 10:00:00 +0000 ({w.name} {w.number})"),
        is_field=True,
    ),
    Channel(
        ".eml",
        "lists and threads",
        _field(lambda w: f"List-Id: {said(w)}\r\nThread-Topic: {w.name} {w.number}"),
    ),
    Channel(
        ".eml",
        "organization",
        _field(lambda w: f"Organization: {w.name} {w.number}"),
        is_field=True,
    ),
    Channel(
        ".eml",
        "servers on the way, and signatures",
        _field(
            lambda w: (
                f"Received: from {w.family} by {w.number};\r\n Tue, 03 Mar 2026 10:00:00 +0000\r\n"
                f"DKIM-Signature: d={w.given}; b=abc"
            )
        ),
        is_field=True,
    ),
    Channel(".eml", "unknown field", _field(lambda w: f"X-Site: {said(w)}")),
    Channel(
        ".eml",
        "name of an unknown field",
        _field(lambda w: f"X-{w.given}-{w.family}-{w.number}: better"),
    ),
    Channel(
        ".eml",
        "program and version",
        _field(lambda w: f"X-Mailer: {said(w)}"),
    ),
    Channel(
        ".eml",
        "description and address of a part",
        lambda w: parts(
            part("text/plain", b"Well.", f"Content-Description: {said(w)}"),
            part("text/plain", b"Well.", f"Content-Location: notes/{w.name}/{w.number}"),
        ),
    ),
    Channel(
        ".eml",
        "name of an attachment",
        lambda w: parts(
            TEXT,
            part(
                f'text/csv; name="{w.name}.csv"',
                b"better,worse\r\n1,2\r\n",
                f'Content-Disposition: attachment; filename="{w.name} {w.number}.csv"',
            ),
        ),
    ),
    Channel(".eml", "name of an attachment in pieces", _pieces),
    Channel(".eml", "name of an attachment in percent signs", _percent),
    Channel(".eml", "name of an attachment in two ways", _twice),
    Channel(
        ".eml",
        "name of an attachment in coded words",
        lambda w: parts(
            TEXT,
            part(
                f'text/csv; name="{_coded_words(f"{w.name} {w.number}.csv", "B")}"',
                b"better,worse\r\n1,2\r\n",
            ),
        ),
    ),
    Channel(
        ".eml",
        "parameter of a type",
        lambda w: parts(part(f'text/plain; x-note="{said(w)}"', b"Well."), TEXT),
    ),
    Channel(
        ".eml",
        "name of a parameter without a value",
        lambda w: parts(part(f'text/plain; {w.given}-{w.family}-{w.number}=""', b"Well."), TEXT),
    ),
    Channel(
        ".eml",
        "boundary where there are no parts",
        lambda w: parts(
            part(
                "text/plain",
                b"Well.",
                f"Content-Disposition: multipart/mixed; boundary={w.given}-{w.family}-{w.number}",
            )
        ),
        is_field=True,
    ),
    Channel(".eml", "first part, by its number in pieces", _start_in_pieces, is_field=True),
    Channel(
        ".eml",
        "comment in a name, names in three pieces",
        lambda w: parts(
            TEXT,
            part(
                "text/csv",
                b"better,worse\r\n1,2\r\n",
                f'Content-Disposition: attachment; filename*0="{w.given} ";'
                f' filename*1="{w.family}";\r\n filename*2=" {w.number}.csv"',
            ),
        ).replace(
            b"MIME-Version",
            f"From: {w.given} (knee) {w.family} <a@b.c>\r\nMIME-Version".encode(),
            1,
        ),
        is_field=True,
    ),
    Channel(
        ".eml",
        "text that begins like a picture, or like markup",
        lambda w: parts(
            part("text/plain", f"BMI 22. {said(w)}".encode()),
            part("text/plain", f"<better> {said(w)}".encode()),
        ),
    ),
    Channel(
        ".eml",
        "attached text",
        _attached("application/octet-stream", lambda w: said(w).encode(), "note.txt"),
    ),
    Channel(
        ".eml",
        "attached table",
        _attached("text/csv", lambda w: f"better,worse\r\n1,{said(w)[:-1]}\r\n".encode()),
    ),
    Channel(
        ".eml",
        "attached RTF, by its bytes",
        _attached("application/octet-stream", lambda w: rtf(said(w) + r"\par ")),
    ),
    Channel(
        ".eml",
        "attached Word document",
        _attached(
            "application/octet-stream", lambda w: docx(f"<w:p>{run(said(w))}</w:p>"), "note.docx"
        ),
    ),
    Channel(".eml", "forwarded e-mail", _forwarded),
    Channel(
        ".eml",
        "calendar, over folded lines",
        _body("text/calendar; charset=utf-8", _calendar),
        is_field=True,
    ),
    Channel(
        ".eml",
        "group of a line of a card",
        _attached(
            "text/vcard",
            lambda w: (
                "BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE:Well.\r\n"
                f"{w.given}-{w.family}-{w.number}.NOTE:Better.\r\nEND:VCARD\r\n"
            ).encode(),
        ),
    ),
    Channel(".eml", "card", _attached("text/vcard", _card), is_field=True),
    Channel(
        ".eml",
        "report of a server",
        lambda w: parts(
            TEXT, part("message/delivery-status", f"Reporting-MTA: dns; {said(w)}\r\n".encode())
        ),
    ),
    Channel(".eml", "signature of the e-mail", _signed, is_field=True),
)
