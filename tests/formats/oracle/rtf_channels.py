"""Where identifiers hide in RTF."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words

FONTS = (
    r"{\fonttbl{\f0\froman\fprq2\fcharset0 Times New Roman;}"
    r"{\f1\fswiss\fcharset238{\*\falt Arial}Arial CE;}}"
)


def said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def rtf(body: str = "", head: str = "") -> bytes:
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0\uc1"
        + FONTS
        + r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0\snext0 Normal;}}"
        + head
        + "\r\n\\pard\\plain\\f0\\fs24 Stable \\'96 well.\\par\r\n"
        + body
        + "\\pard Seen again.\\par}\r\n"
    ).encode("ascii")


def _body(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: rtf(write(words))


def _head(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: rtf(head=write(words))


def _said(before: str, after: str = "") -> Callable[[Words], bytes]:
    return lambda words: rtf(before + said(words) + after)


def _split(words: Words) -> str:
    half = len(words.family) // 2
    return (
        rf"Seen with {{\b {words.given[:3]}}}{words.given[3:]} "
        rf"{{\i\cf1 {words.family[:half]}}}{{\ul{{\fs20 {words.family[half:]}}}}}, "
        rf"\lang1033 {words.number[:4]}{{\*\bkmkstart a}}{{\*\bkmkend a}}"
        rf"\b0 {words.number[4:]}.\par "
    )


def _between(words: Words) -> str:
    third = len(words.family) // 3
    family = (
        words.family[:third] + r"{\*\unknown better}" + words.family[third : 2 * third]
        + r"{\v better}{\deleted better}" + words.family[2 * third :]
    )  # fmt: skip
    return rf"Seen with {words.given[:2]}\-{words.given[2:]} {family}, {words.number}.\par "


def _halves(words: Words) -> bytes:
    half = len(words.family) // 2
    family = words.family[:half] + rf"{{\v {words.family[half:]}}}"
    number = words.number[:5] + rf"{{\deleted {words.number[5:]}}}"
    return rtf(
        rf"Seen with {words.given[:4]}{{\deleted {words.given[4:]}}} {family}, {number}.\par "
    )


def _replaced(words: Words) -> bytes:
    half = len(words.family) // 2
    family = rf"{words.family[:half]}{{\deleted {words.family[half:]}}}{{\revised er}}"
    number = rf"{words.number[:6]}{{\deleted {words.number[6:]}}}{{\revised 0}}"
    return rtf(rf"Seen with {words.given} {family}, {number}.\par ")


def _bytes(text: str) -> str:
    return "".join(f"\\'{ord(one):02x}" if one.isalnum() else one for one in text)


def _coded(text: str, fallback: str) -> str:
    return "".join(rf"\u{ord(one)}{fallback}" for one in text)


def _cells(words: Words) -> str:
    row = r"\trowd\trgaph108\cellx4000\cellx8000\pard\intbl "
    return rf"{row}Name\cell {words.name}\cell\row {row}Number\cell {words.number}\cell\row "


def _nested_cells(words: Words) -> str:
    return (
        r"\trowd\cellx8000\pard\intbl\itap2 Seen\nestcell "
        rf"{said(words)}\nestcell{{\*\nesttableprops\trowd\cellx2000\nestrow}}"
        r"{\nonesttables\par}\pard\intbl\itap1\cell\row "
    )


def _comment(words: Words) -> str:
    return (
        r"{\*\atrfstart 1}Better{\*\atrfend 1}"
        rf"{{\*\atnid {words.family}}}{{\*\atnauthor {words.name}}}\chatn"
        rf"{{\*\annotation{{\*\atnref 1}}\chatn {said(words)}}}\par "
    )


def _comment_text(words: Words) -> str:
    return rf"Better{{\*\annotation\chatn {said(words)}}}\par "


def _shape(words: Words) -> str:
    properties = {
        "shapeType": "202", "wzName": words.name, "wzDescription": said(words), "fLine": "1"
    }  # fmt: skip
    listed = "".join(rf"{{\sp{{\sn {name}}}{{\sv {value}}}}}" for name, value in properties.items())
    return rf"{{\shp{{\*\shpinst\shpleft0\shptop0{listed}}}}}\par "


def _text_box(words: Words) -> str:
    return (
        rf"{{\shp{{\*\shpinst\shpleft0{{\shptxt \pard\plain {said(words)}\par}}}}"
        rf"{{\shprslt{{\*\do\dobxmargin\dptxbx{{\dptxbxtext\pard {said(words)}\par}}}}}}}}\par "
    )


def _form(words: Words) -> str:
    return (
        r"{\field{\*\fldinst{FORMTEXT {\*\formfield{\fftype0"
        rf"{{\*\ffname {words.family}}}{{\*\ffdeftext {words.name}}}{{\*\ffhelptext {said(words)}}}"
        rf"{{\*\ffl {words.number} {words.given}}}}}}}}}}}{{\fldrslt better}}}}\par "
    )


def _properties(words: Words) -> str:
    return rf"{{\info{{\title {said(words)}}}{{\subject {words.name}}}{{\doccomm {words.number}}}}}"


def _people(words: Words) -> str:
    return (
        rf"{{\info{{\author {words.name}}}{{\operator {words.family}}}{{\manager {words.given}}}"
        rf"{{\*\company {words.number}}}{{\creatim\yr2024\mo3\dy5\hr10\min2}}}}"
    )


def _own_properties(words: Words) -> str:
    return (
        rf"{{\*\userprops {{\propname {words.family}}}\proptype30{{\staticval {said(words)}}}"
        rf"{{\linkval {words.given}}}}}"
    )


def _changed(words: Words) -> bytes:
    people = rf"{{\*\revtbl{{Unknown;}}{{{words.name};}}{{{words.number};}}}}"
    return rtf(r"Seen {\revised\revauth1\revdttm1234567890 again}.\par ", people)


def _lists(words: Words) -> str:
    return (
        r"{\*\listtable{\list\listtemplateid1\listhybrid{\listlevel\levelnfc0\leveljc0"
        rf"{{\leveltext\leveltemplateid2\'02\'00 {words.given} {words.family};}}"
        r"{\levelnumbers\'01;}}"
        rf"{{\listname {words.name} {words.number};}}\listid123456}}}}"
        r"{\*\listoverridetable{\listoverride\listid123456\listoverridecount0\ls1}}"
    )


def _own_xml(words: Words) -> str:
    return (
        rf"{{\*\xmlopen\xmlns1{{\xmlname {words.family}}}{{\xmlattr{{\xmlattrname note}}"
        rf"{{\xmlattrvalue {said(words)}}}}}}}Seen{{\*\xmlclose}}\par "
    )


def _mail_merge(words: Words) -> str:
    return (
        rf"{{\*\mailmerge{{\*\mmconnectstr {words.family}.mdb}}{{\*\mmquery {words.name}}}"
        rf"{{\*\mmmailsubject {words.number}}}}}"
    )


def _hex(word: str, encoding: str = "utf-8") -> str:
    return word.encode(encoding).hex()


def _data(words: Words) -> str:
    text = f"<note>{said(words)}</note>"
    return rf"{{\*\themedata {_hex(text)}}}{{\*\datastore {_hex(text, 'utf-16-le')}}}"


def _scheme(words: Words) -> str:
    return rf"{{\*\colorschememapping {_hex(said(words))}}}{{\*\passwordhash {_hex(said(words))}}}"


def _field_data(words: Words) -> str:
    data = _hex(f"notes/{said(words)}", "utf-16-le")
    return (
        rf'{{\field{{\*\fldinst{{HYPERLINK "notes"{{\*\datafield {data}}}}}}}{{\fldrslt x}}}}\par '
    )


def _link(words: Words) -> str:
    address = f"notes/{words.given}-{words.family}.htm?n={words.number}"
    return rf'{{\field{{\*\fldinst{{HYPERLINK "{address}"}}}}{{\fldrslt{{\ul notes}}}}}}\par '


def _upr(words: Words) -> str:
    return (
        rf"{{\upr{{\*\bkmkstart {words.name}}}"
        rf"{{\*\ud{{\*\bkmkstart {_coded(words.family, '?')}}}}}}}"
        rf"{{\upr{{{said(words)}}}{{\*\ud{{{_coded(words.number, '?')}}}}}}}\par "
    )


CHANNELS = (
    Channel(".rtf", "paragraph", _said("", r"\par ")),
    Channel(".rtf", "name and number split over runs", _body(_split)),
    Channel(".rtf", "name around other texts, and a soft hyphen", _body(_between)),
    Channel(
        ".rtf",
        "lines broken anywhere",
        lambda w: rtf("\r\n".join(said(w)[at : at + 3] for at in range(0, 60, 3)) + r"\par "),
    ),
    Channel(".rtf", "characters by their bytes", _body(lambda w: _bytes(said(w)) + r"\par ")),
    Channel(
        ".rtf",
        "bytes in the code page of a font",
        _body(lambda w: rf"{{\f1 {_bytes(said(w))} \'9c}}\par "),
    ),
    Channel(
        ".rtf",
        "characters by their numbers, with others for older programs",
        _body(lambda w: _coded(said(w), "?") + r"\par "),
    ),
    Channel(
        ".rtf",
        "characters by their numbers, and the same for older programs",
        _body(lambda w: "".join(rf"\u{ord(one)}\'{ord(one):02x}" for one in said(w)) + r"\par "),
    ),
    Channel(
        ".rtf",
        "characters by their numbers alone",
        _body(lambda w: rf"{{\uc0 {_coded(said(w), ' ')}}}\par "),
    ),
    Channel(".rtf", "text for programs with and without Unicode", _body(_upr)),
    Channel(".rtf", "table cell", _body(_cells)),
    Channel(".rtf", "cell of a table in a table", _body(_nested_cells)),
    Channel(".rtf", "numbered item", _said(r"{\listtext\tab 1.\tab}\ls1 ", r"\par ")),
    Channel(
        ".rtf", "number of an item", _body(lambda w: rf"{{\listtext {said(w)}\tab}}\ls1 x\par ")
    ),
    Channel(".rtf", "header", _said(r"{\header\pard ", r"\par}")),
    Channel(".rtf", "footer of left pages", _said(r"{\footerl\pard ", r"\par}")),
    Channel(".rtf", "footnote", _said(r"Seen{\footnote\chftn\pard ", r"}\par ")),
    Channel(".rtf", "endnote", _said(r"Seen{\footnote\ftnalt\chftn ", r"}\par ")),
    Channel(".rtf", "comment", _body(_comment_text)),
    Channel(".rtf", "author and initials of a comment", _body(_comment), is_field=True),
    Channel(".rtf", "inserted text", _said(r"{\revised\revauth0 ", r"}\par ")),
    Channel(".rtf", "deleted text", _said(r"{\deleted ", r"}\par ")),
    Channel(".rtf", "name of which a half is hidden or deleted", _halves),
    Channel(".rtf", "name that was changed to another", _replaced),
    Channel(".rtf", "hidden text", _said(r"\v ", r"\v0\par ")),
    Channel(
        ".rtf", "authors and dates of changes", _changed, is_field=True
    ),
    Channel(".rtf", "text box, and its older form", _body(_text_box)),
    Channel(".rtf", "name and alternative text of a shape", _body(_shape)),
    Channel(".rtf", "art of words", _body(
        lambda w: rf"{{\shp{{\*\shpinst{{\sp{{\sn gtextUNICODE}}{{\sv {said(w)}}}}}}}}}\par "
    )),
    Channel(".rtf", "target of a link", _body(_link)),
    Channel(
        ".rtf",
        "code and result of a field",
        _body(
            lambda w: (
                rf'{{\field{{\*\fldinst{{\b IF 1 "{w.name}" }}{{"{w.number}"}}}}'
                rf"{{\fldrslt {said(w)}}}}}\par "
            )
        ),
    ),
    Channel(
        ".rtf", "data of a field in hexadecimal", _body(_field_data), is_field=True
    ),
    Channel(".rtf", "form field: name, default, help and list", _body(_form)),
    Channel(
        ".rtf",
        "bookmark",
        _body(lambda w: rf"{{\*\bkmkstart {said(w)}}}x{{\*\bkmkend {said(w)}}}\par "),
    ),
    Channel(
        ".rtf", "entry of an index", _body(lambda w: rf"{{\xe {said(w)}}}{{\tc {w.name}}}x\par ")
    ),
    Channel(".rtf", "properties", _head(_properties)),
    Channel(
        ".rtf", "people and dates of the properties", _head(_people), is_field=True
    ),
    Channel(".rtf", "properties of one's own", _head(_own_properties)),
    Channel(".rtf", "variables", _head(lambda w: rf"{{\*\docvar {{{w.family}}}{{{said(w)}}}}}")),
    Channel(".rtf", "names of styles", _head(lambda w: rf"{{\stylesheet{{\s5 {said(w)};}}}}")),
    Channel(
        ".rtf",
        "name of a style of characters, and of one left out",
        _head(
            lambda w: (
                rf"{{\stylesheet{{\*\cs7\additive {w.name};}}}}"
                rf"{{\*\latentstyles\lsdstimax10{{\lsdlockedexcept Normal;{said(w)};}}}}"
            )
        ),
    ),
    Channel(
        ".rtf",
        "names of fonts",
        _head(lambda w: rf"{{\fonttbl{{\f5\fnil\fcharset0{{\*\falt {w.name}}}{said(w)};}}}}"),
    ),
    Channel(".rtf", "list: its name and what stands before numbers", _head(_lists)),
    Channel(
        ".rtf",
        "program and template",
        _head(lambda w: rf"{{\*\generator {said(w)};}}{{\*\template {w.name}.dot}}"),
    ),
    Channel(
        ".rtf",
        "users who may change a section",
        _head(lambda w: rf"{{\*\protusertbl{{{w.name};}}{{{w.number};}}}}"),
        is_field=True,
    ),
    Channel(".rtf", "mail merge", _head(_mail_merge)),
    Channel(".rtf", "marks of XML", _body(_own_xml)),
    Channel(
        ".rtf",
        "theme and XML of one's own in hexadecimal",
        _head(_data),
        is_field=True,
    ),
    Channel(
        ".rtf",
        "colours and password in hexadecimal",
        _head(_scheme),
        is_field=True,
    ),
    Channel(
        ".rtf", "unknown destination", _head(lambda w: rf"{{\*\site{{\note {said(w)}}}}}")
    ),
    Channel(
        ".rtf",
        "name of an unknown destination and of an unknown command",
        _head(lambda w: rf"{{\*\{w.family} x}}\{w.given} {{\*\site\{w.number} x}}"),
    ),
)  # fmt: skip
