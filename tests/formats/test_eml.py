from __future__ import annotations

from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.errors import DeidError, InputError, OutputError, UnsupportedFormat
from deid.formats import ReadOptions, reader_for
from deid.formats.eml import EmlFile, read
from deid.labels import Label
from deid.parts import declared, fitted
from deid.policy import load_policy
from deid.redact.apply import apply
from tests.formats.mail_programs import PROGRAMS

CANARY = "Quenbridge"
SEED = bytes(32)
PAGE = '<html><body><p>Seen Ja<b>ne</b> Doe</p><img src="cid:jane.doe@x" alt="a"></body></html>'


def opened(content: bytes | str) -> EmlFile:
    data = content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode()
    return read(data, name="n.eml", options=ReadOptions())


def became(document: Document, *values: str, policy_name: str = "safe-harbor") -> Redacted:
    """What becomes of an e-mail in which these values, and what its places say, are replaced."""
    text = document.text
    kept = list(declared(document))
    taken = {at for one in kept for at in range(one.span.start, one.span.end)}
    for value in values:
        at = text.find(value)
        while at >= 0:
            if at not in taken:
                span = Span(at, at + len(value))
                kept.append(Finding(span, Label.PATIENT, 1.0, "known"))
                taken.update(range(span.start, span.end))
            at = text.find(value, at + 1)
    found = Resolution(tuple(sorted(kept, key=lambda one: one.span)))
    return fitted(document, apply(document, found, load_policy(policy_name), seed=SEED))


def redacted(file: EmlFile, *values: str, policy_name: str = "safe-harbor") -> bytes:
    result = became(file.document, *values, policy_name=policy_name)
    return file.render(file.document, result, id="", patient="")


def sample() -> EmailMessage:
    """An e-mail of all kinds of parts, as Python's library writes it."""
    message = EmailMessage()
    message["From"] = "Ann Roe <ann.roe@clinic.example>"
    message["To"] = 'Jane Doe <jane@home.example>, "Quill, Bob" <bob@home.example>'
    message["Subject"] = "Zoë: results of Jane Doe"
    message["Date"] = "Tue, 04 Mar 2025 10:00:00 -0500"
    message["Message-ID"] = "<1.jane@clinic.example>"
    message["In-Reply-To"] = "<0.jane@clinic.example>"
    message["Received"] = "from a by b; Tue, 04 Mar 2025 10:00:00 -0500"
    message.set_content("Dear Jane Doe,\nall is well. Zoë\n")
    message.add_alternative(PAGE, subtype="html")
    related = message.get_payload()[1]
    related.add_related(b"better,worse\n1,2\n", "text", "csv", cid="<jane.doe@x>")
    message.add_attachment(
        b"Name,MRN\nJane Doe,00482913\n", maintype="text", subtype="csv", filename="Jane Doe.csv"
    )
    inner = EmailMessage()
    inner["Subject"] = "About Jane Doe"
    inner.set_content("Jane Doe once more.\n")
    message.add_attachment(inner)
    message.set_boundary("better")
    return message


def kinds(content: bytes) -> list[str]:
    message = message_from_bytes(content, policy=policy.default)
    assert not any(part.defects for part in message.walk())
    return [part.get_content_type() for part in message.walk()]


def test_other_programs_read_the_output_and_find_the_same_parts() -> None:
    content = bytes(sample())
    output = redacted(opened(content), "Jane Doe", "Jane")
    assert kinds(output) == kinds(content)
    message = message_from_bytes(output, policy=policy.default)
    assert [one.addr_spec for one in message["To"].addresses] == [
        "EMAIL-2@masked.invalid",
        "EMAIL-3@masked.invalid",
    ]
    assert str(message["Subject"]) == "Zoë: results of [PATIENT-1]"
    assert message["Message-ID"] == "<IDNUM-1@masked.invalid>"
    assert parsedate_to_datetime(message["Date"]).year == 1970
    assert "Received" not in message
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "Dear [PATIENT-1],\nall is well. Zoë\n"
    page = message.get_body(("html",))
    assert page is not None
    ids = [part["Content-ID"] for part in message.walk() if part["Content-ID"]]
    assert f'src="cid:{ids[0][1:-1]}"' in page.get_content()
    names = [part.get_filename() for part in message.walk() if part.get_filename()]
    assert names == ["[PATIENT-1].csv"]
    inner = next(one for one in message.walk() if one.get_content_type() == "message/rfc822")
    assert "[PATIENT-1] once more." in inner.get_content().get_content()
    for word in (b"Jane", b"Doe", b"Roe", b"Quill", b"clinic"):
        assert word not in output


def test_only_what_was_replaced_differs() -> None:
    content = (
        "MIME-Version: 1.0\nSubject: Seen with\n Jane Doe and others,\n once\n"
        'Content-Type: multipart/mixed;\n\tboundary="x y"; charset=us-ascii\n\nbefore\n\n--x y\n'
        "Content-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: quoted-printable\n"
        "\nCaf=E9 is=\n here.\nWith Jane D=6Fe, =E9.\nand=20\nmore\n\n--x y--\nbehind\n"
    )
    output = redacted(opened(content), "Jane Doe").decode().replace("\r\n", "\n")
    wanted = content.replace("Jane Doe", "[PATIENT-1]").replace("Jane D=6Fe", "[PATIENT-1]")
    assert output == wanted


def test_an_email_in_which_nothing_changes_comes_back_to_the_byte() -> None:
    file = opened("Subject: =?utf-8?q?caf=C3=A9?=\n at\nX-Site:  a \n\nSeen\n\tagain  \n")
    same = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, same, id="", patient="") == file.raw
    assert file.document.text.split("\n")[0] == "Subject: café at"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("Subject: =?utf-8?q?Ja?=\n =?utf-8?q?ne?= Doe", "Jane Doe"),
        ("Subject: =?utf-8?b?w?= =?utf-8?b?6Q==?=", None),
        ("Subject: =?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("Subject: =?x-none?q?a?=", None),
        ("Subject: Jane\n\tDoe", "Jane\tDoe"),
        ('To: "Doe, \\"J\\"" <j@x.y>', 'Doe, "J" j@x.y'),
        ("To: team: a@x.y, Jane <b@x.y>;", "team a@x.y Jane b@x.y"),
        ("To: a@x.y (Jane (J) Doe)", "Jane (J) Doe a@x.y"),
        ("Bcc: undisclosed-recipients:;", ""),
        ("Content-Type: text/plain; x=a; x=b", None),
        ("Content-Type: text/plain; name*1=b", None),
        ("Content-Type: text/plain; name*0=Ja; name*1*=n%65", "Jane"),
        ("Content-Type: text/plain; name*=utf-8'en'J%C3%A4ne", "Jäne"),
        ("Content-Type: text/plain; name=Jaene; name*=utf-8''J%C3%A4ne", "Jäne\nJaene"),
        ("Content-Type: text/plain; name*0=Jan; name=Jane; name*1=e", "Jane\nJane"),
        ("Content-Type: text/plain; name=a; name=a", None),
        ("Content-Type: text/plain; name*=a''a; name*0=a", None),
        ("Content-Type: text/plain; charset=utf-8; charset*=us-ascii''utf-8", None),
    ],
)
def test_fields_are_read_as_they_are_meant(field: str, text: str | None) -> None:
    content = f"{field}\n\nx\n"
    if text is None:
        with pytest.raises(InputError):
            opened(content)
        return
    read_text = opened(content).document.text.removesuffix("x\r\n").strip()
    for lead in ("Subject: ", "To: "):
        read_text = read_text.removeprefix(lead)
    assert read_text == text


SIGNATURE_ALONE = (
    f"Content-Type: multipart/signed; boundary=a\n\n{CANARY}\n--a\n"
    "Content-Type: application/pgp-signature\n\nx\n--a--\n"
)


@pytest.mark.parametrize(
    "content",
    [
        f"From {CANARY} Tue Mar 4 10:00:00 2025\nSubject: a\n\nx\n",
        f"{CANARY}\n\nx\n",
        f"Subject: a\nno field {CANARY}\n\nx\n",
        f"Content-Type: multipart/mixed; boundary=a\n\n--a\n\n{CANARY}\n",
        f"Content-Type: multipart/mixed\n\n--a\n\n{CANARY}\n--a--\n",
        f"Content-Type: multipart/encrypted; boundary=a\n\n--a\n\n{CANARY}\n--a--\n",
        f"Content-Type: application/pkcs7-mime\n\n{CANARY}\n",
        f"Content-Type: application/ms-tnef; name=winmail.dat\n\n{CANARY}\n",
        f"Content-Type: application/octet-stream; name={CANARY}.bin\n\n{CANARY}\n",
        f"Content-Type: image/x-{CANARY}\n\n{CANARY}\n",
        f"Content-Type: message/partial\n\n{CANARY}\n",
        SIGNATURE_ALONE,
        f"Content-Type: text/plain; charset=utf-7\n\n{CANARY}\n",
        f"Content-Type: text/plain; charset={CANARY}\n\n{CANARY}\n",
        f"Content-Type: text/plain\nContent-Type: text/html\n\n{CANARY}\n",
        f"Content-Transfer-Encoding: {CANARY}\n\n{CANARY}\n",
        f"Content-Transfer-Encoding: base64\n\n{CANARY}=x\n",
        f"Content-Transfer-Encoding: quoted-printable\n\n{CANARY}=4x\n",
        f"Subject: a\n\nbegin 644 {CANARY}\nM\n",
        f"Subject: a\n\n-----BEGIN PGP MESSAGE-----\n{CANARY}\n",
        f"From: <{CANARY}\n\nx\n",
        f"From: (({CANARY})\n\nx\n",
        f"Content-Type: text/vcard\n\nPHOTO;ENCODING=b:{CANARY}\n",
    ],
)
def test_what_cannot_be_examined_is_refused_without_a_word_of_it(content: str) -> None:
    with pytest.raises(InputError) as refusal:
        opened(content)
    assert CANARY.lower() not in str(refusal.value).lower()


def test_letters_of_a_header_in_no_known_encoding_are_refused() -> None:
    for field in (
        b"Subject: caf\xe9",
        b"To: caf\xe9 <a@x.y>",
        b"Content-Type: text/plain; name=\xe9",
    ):
        with pytest.raises(InputError):
            opened(field + b"\r\n\r\nx\r\n")


def test_a_signed_email_loses_its_signature_and_says_so() -> None:
    content = (
        'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=a\n\n'
        "--a\n\nSeen again.\n--a\nContent-Type: application/pgp-signature\n\nabc\n--a--\n"
    )
    file = opened(content)
    assert file.document.removed == ("signature (part 2)",)
    output = redacted(file)
    assert kinds(output) == ["multipart/mixed", "text/plain"]
    assert b"abc" not in output


def test_a_replacement_that_the_character_set_cannot_hold_is_refused() -> None:
    file = opened("Content-Type: text/plain; charset=iso-8859-1\n\nJane\n")
    at = file.document.text.index("Jane")
    text = file.document.text.replace("Jane", "Жана")
    known = Finding(Span(at, at + 4), Label.PATIENT, 1.0, "known")
    result = apply(file.document, Resolution((known,)), load_policy("safe-harbor"), seed=SEED)
    redaction = result.redactions[0]
    changed = Redacted("", text, (type(redaction)(known, "surrogate", Span(at, at + 4)),))
    with pytest.raises(OutputError):
        file.render(file.document, changed, id="", patient="")


def test_stand_ins_are_written_as_headers_ask() -> None:
    content = bytes(sample())
    output = redacted(opened(content), "Jane Doe", policy_name="research")
    message = message_from_bytes(output, policy=policy.default)
    assert len(message["To"].addresses) == 2
    assert all("@" in one.addr_spec for one in message["To"].addresses)
    assert kinds(output) == kinds(content)


def test_calendars_and_cards_stay_what_they_are() -> None:
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "DTSTART:20250304T100000Z",
        "DTEND;VALUE=DATE:20250305",
        "ORGANIZER;CN=Ann",
        "  Roe;ROLE=CHAIR:mailto:ann@clinic.example",
        "SUMMARY:Visit of Jane",
        "  Doe\\, again",
        "RRULE:FREQ=DAILY;COUNT=2",
        "N:Doe;Jane;;;",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    file = opened("Content-Type: text/calendar\n\n" + "\n".join(lines) + "\n")
    wanted = ["2025-03-04 10:00:00", "2025-03-05", "Ann Roe", "ann@clinic.example"]
    assert file.document.text.split("\n")[2:] == [
        *wanted,
        "Visit of Jane Doe\\, again",
        "Doe",
        "Jane",
    ]
    output = redacted(file, "Jane Doe").decode().replace("\r\n", "\n").split("\n\n")[1]
    assert output.splitlines() == [
        *lines[:4],
        "DTSTART:19700101T000000Z",
        "DTEND;VALUE=DATE:19700101",
        "ORGANIZER;CN=[PERSON-1];ROLE=CHAIR:mailto:EMAIL-1@masked.invalid",
        "SUMMARY:Visit of [PATIENT-1]\\, again",
        lines[10],
        "N:[PERSON-2];[PERSON-3];;;",
        *lines[12:],
    ]


def test_a_type_that_is_not_known_is_read_like_a_text() -> None:
    content = (
        'Content-Type: application/x-jane-doe; name="a.csv"\nContent-Disposition: jane-doe\n\na,b\n'
    )
    file = opened(content)
    output = redacted(file, "jane-doe").decode()
    assert output.startswith('Content-Type: application/octet-stream; name="a.csv"\r\n')
    assert "jane" not in output


def test_other_kinds_of_email_are_told_how_to_be_saved() -> None:
    for name in ("a.msg", "a.mbox"):
        with pytest.raises(UnsupportedFormat, match=r"\.eml"):
            reader_for(name)


LINES = (
    "Subject: Jane|To: Jane <j@x.y>|X-A: Jane|Content-Type: multipart/mixed; boundary=b"
    "|Content-Type: text/html|Content-Type: message/rfc822|Content-Transfer-Encoding: base64"
    "|Content-Transfer-Encoding: quoted-printable|Content-Type: text/calendar|--b|--b--||| Jane"
    "|Seen Jane =|Sm FuZQ==|<p>Ja<b>ne</b>|Date: Jane|References: <Jane@x> <a@b>|é"
    "|Content-ID: <Jane>|Subject: =?utf-8?q?Jane?= x|Received: Jane"
    "|Content-Type: text/plain; a=Jane"
    '|Content-Disposition: attachment; filename="Jane.csv"|From: "Jane"  (Jane) <Jane>'
)


@given(st.lists(st.sampled_from(LINES.split("|")), max_size=14))
def test_whatever_stands_in_an_email_is_read_wholly_or_refused(lines: list[str]) -> None:
    content = "\n".join(["Subject: x", *lines, "", "x", "--b--", ""])
    try:
        file = opened(content)
    except InputError:
        return
    output = redacted(file, "Jane")
    again = opened(output)
    assert "Jane" not in again.document.text
    assert kinds(output)


@given(st.binary(max_size=40), st.integers(0, 900))
def test_damaged_emails_are_read_or_refused(noise: bytes, at: int) -> None:
    content = bytes(sample())
    with suppress(DeidError):
        opened(content[:at] + noise + content[at + len(noise) :])


@pytest.mark.parametrize(
    "content",
    [
        f"Comments: =?utf-16le?Q?{CANARY}?=\n\nStable.\n",
        f"Comments: =?cp037?Q?{CANARY}?=\n\nStable.\n",
        "Comments: =?utf-8?Q?Quen=00bridge?=\n\nStable.\n",
        f"Content-Type: text/plain; name*=utf-16le''{CANARY}\n\nStable.\n",
        f"Content-Type: text/plain; name*=utf-8'{CANARY}'a.txt\n\nStable.\n",
        f"Content-Type: text/plain; charset*=us-ascii'{CANARY}'utf-8\n\nStable.\n",
        "Comments: =?utf-8?Q?=51uen\n bridge?=\n\nStable.\n",
        "Comments: =??Q?=51uenbridge?=\n\nStable.\n",
        "Comments: =?utf-8?Q?=51uenbridge?b?=\n\nStable.\n",
        "Comments: Quen\x00bridge\n\nStable.\n",
        "Comments: Quen\x0cbridge\n\nStable.\n",
        f"Content-ID: <a@b>\nContent-ID: <{CANARY}@b>\n\nStable.\n",
        f"Content-Type: text/plain; charset=rot13\n\nStable, {CANARY}.\n",
        f"Content-Type: text/plain; charset=cp037\n\nStable, {CANARY}.\n",
        f"Content-Type: text/plain; charset=utf-16le\n\n{CANARY}{CANARY}",
        "Content-Type: text/html; charset=utf-7\n\n<html><body><p>+AFEAdQBl-</p></body></html>\n",
        "Content-Type: text/csv; charset=hz-gb-2312\n\na,b\n~{VPND~},2\n",
    ],
)
def test_what_programs_read_in_different_ways_is_refused(content: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(f"Subject: Visit\n{content}")
    assert CANARY not in str(caught.value)


def test_a_page_in_an_encoding_of_seven_bits_is_read_by_it() -> None:
    page = "Content-Type: text/html; charset=hz-gb-2312\n\n<html><p>~{VPND~} Doe</p></html>\n"
    assert "\u4e2d\u6587 Doe" in opened(f"Subject: Visit\n{page}").document.text


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("policy_name", ["safe-harbor", "research"])
def test_emails_as_programs_write_them_are_read(program: str, policy_name: str) -> None:
    content = PROGRAMS[program].replace("\n", "\r\n").encode()
    file = opened(content)
    output = redacted(file, "Jane Doe", "Müller", "Muller", "Zoë", policy_name=policy_name)
    assert kinds(output) == kinds(content)
    assert b"Jane" not in output
    message = message_from_bytes(output, policy=policy.default)
    names = {name for part in message.walk() if (name := part.get_filename())}
    assert len(names) == 1
    assert not any(word in name for name in names for word in ("Jane", "Doe", "M\xfcller"))
    assert all(name.endswith(".csv") for name in names)
    bodies = [
        part.get_content() for part in message.walk() if part.get_content_type() == "text/html"
    ]
    assert not any("M" in body and "ller" in body for body in bodies)
    assert opened(output).document.text


def test_a_name_that_is_said_twice_gets_one_stand_in_in_both_ways() -> None:
    names = "name=\"=?utf-8?q?J=C3=A4ne?= Doe.csv\";\n name*=utf-8''J%C3%A4ne%20Doe.csv"
    file = opened(f"Content-Type: text/csv;\n {names}\n\na,b\n")
    written = redacted(file, "Jäne Doe").decode().split("\r\n\r\n")[0]
    assert written == (
        "Content-Type: text/csv;\r\n name=\"[PATIENT-1].csv\";\r\n name*=utf-8''%5BPATIENT-1%5D.csv"
    )
    same = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, same, id="", patient="") == file.raw


def test_a_name_for_older_programs_goes_with_the_one_that_says_more() -> None:
    names = "filename=\"J_ne_Doe.csv\"; filename*=utf-8''J%C3%A4ne%20Doe.csv; size=4"
    file = opened(f"Content-Disposition: attachment; {names}\n\na,b\n")
    written = redacted(file, "Jäne Doe").decode().split("\r\n\r\n")[0]
    assert written == (
        "Content-Disposition: attachment; filename*=utf-8''%5BPATIENT-1%5D.csv; size=4"
    )


def test_the_name_of_a_file_may_hold_blanks_without_quotation_marks() -> None:
    file = opened("Content-Disposition: attachment; filename=Jane Q Doe notes.csv; size=4\n\na,b\n")
    written = redacted(file, "Jane Q Doe").decode().split("\r\n\r\n")[0]
    assert written == 'Content-Disposition: attachment; filename="[PATIENT-1] notes.csv"; size=4'


@pytest.mark.parametrize(
    ("told", "named", "raw", "text"),
    [
        ("iso-8859-1", "utf-8", b"M\xfcller", "Müller"),
        ("utf-8", "iso-8859-1", b"M\xc3\xbcller", "Müller"),
        ("utf-8", "gb2312", b"M\xc3\xbcller", "Müller"),
        ("windows-1252", "utf-8", b"M\xc3\xbcller", "Müller"),
        ("windows-1252", "windows-1252", b"M\xc3\xbcller", "Müller"),
        ("us-ascii", "utf-8", b"M\xc3\xbcller", "Müller"),
        ("iso-8859-1", "us-ascii", b"\x8aimek", "Šimek"),
        ("iso-8859-1", "unicode", b"M\xfcller", "Müller"),
        ("iso-8859-15", "windows-1252", b"M\xfcller", "Müller"),
        ("iso-8859-15", "windows-1252", b"\xa6imek", None),
        ("iso-8859-1", "windows-1251", b"M\xfcller", None),
        ("utf-8", "utf-7", b"M\xc3\xbcller", None),
    ],
)
def test_a_page_is_read_by_its_header_where_no_other_reading_is_likely(
    told: str, named: str, raw: bytes, text: str | None
) -> None:
    head = f"Content-Type: text/html; charset={told}\r\n\r\n<html><head>"
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={named}"></head><body>'
    content = (head + page).encode() + b"<p>Seen " + raw + b".</p></body></html>\r\n"
    if text is None:
        with pytest.raises(InputError):
            opened(content)
        return
    file = opened(content)
    assert f"Seen {text}." in file.document.text
    assert redacted(file, text) == content.replace(raw, b"[PATIENT-1]")


BLANK_PAGE = (
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n"
    "Content-Disposition: attachment\n\n<html></html>\n--b--\n"
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Content-Transfer-Encoding: quoted-printable\n\na = b, Ja=6Ee\n", "a = b, Jane"),
        ("Content-Transfer-Encoding: quoted-printable\n\na=b&\n", None),
        ("Content-Transfer-Encoding: quoted-printable\n\na==4A\n", None),
        ("Content-Type: text/plain; charset=unknown-8bit\n\nZoë\n", "charset=unknown-8bit\n\nZoë"),
        ("Content-Type: text/html\n\n<p></p>\n", ""),
        (BLANK_PAGE, "b"),
        ("Content-Type: text/plain; charset=iso-8859-1\n\nZoë\n", "Zoë"),
    ],
)
def test_what_careless_programs_write_is_read_where_all_read_it_alike(
    content: str, text: str | None
) -> None:
    if text is None:
        with pytest.raises(InputError):
            opened(f"Comments: x\n{content}")
        return
    file = opened(f"Comments: x\n{content}")
    assert file.document.text.strip().removeprefix("x").strip().replace("\r", "") == text
    same = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, same, id="", patient="") == file.raw
