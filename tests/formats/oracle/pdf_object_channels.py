"""Where identifiers hide in PDF files, outside of the text of pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.formats.oracle.channels import Channel, Words
from tests.formats.pdf.objects import attached, form, new_pdf, page_of, written

Plant = Callable[[pikepdf.Pdf, Words], None]


def _said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def _with(plant: Plant) -> Callable[[Words], bytes]:
    def build(words: Words) -> bytes:
        pdf = new_pdf()
        plant(pdf, words)
        return written(pdf)

    return build


def _root(**entries: Callable[[Words], Any]) -> Callable[[Words], bytes]:
    def plant(pdf: pikepdf.Pdf, words: Words) -> None:
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value(words)

    return _with(plant)


def _page(**entries: Callable[[Words], Any]) -> Callable[[Words], bytes]:
    def plant(pdf: pikepdf.Pdf, words: Words) -> None:
        for key, value in entries.items():
            page_of(pdf)[f"/{key}"] = value(words)

    return _with(plant)


def _info(**entries: Callable[[Words], Any]) -> Callable[[Words], bytes]:
    def plant(pdf: pikepdf.Pdf, words: Words) -> None:
        pdf.trailer.Info = pdf.make_indirect(
            Dictionary({f"/{key}": value(words) for key, value in entries.items()})
        )

    return _with(plant)


def _note(subtype: str, **entries: Callable[[Words], Any]) -> Callable[[Words], bytes]:
    """An annotation."""

    def plant(pdf: pikepdf.Pdf, words: Words) -> None:
        page_of(pdf).Annots = Array([pdf.make_indirect(_annotation(subtype, entries, words))])

    return _with(plant)


def _annotation(
    subtype: str, entries: dict[str, Callable[[Words], Any]], words: Words
) -> Dictionary:
    values = {f"/{key}": value(words) for key, value in entries.items()}
    return Dictionary(
        {
            "/Type": Name.Annot,
            "/Subtype": Name(f"/{subtype}"),
            "/Rect": Array([50, 50, 150, 80]),
            **values,
        }
    )


def _field(**entries: Callable[[Words], Any]) -> Callable[[Words], bytes]:
    """A field of a form, which is an annotation, too."""

    def plant(pdf: pikepdf.Pdf, words: Words) -> None:
        form(pdf, _annotation("Widget", {"FT": lambda _: Name.Tx, **entries}, words))

    return _with(plant)


def _stream(data: Callable[[Words], bytes], **entries: Any) -> Callable[[pikepdf.Pdf, Words], Any]:
    return lambda pdf, words: pdf.make_stream(data(words), entries)


def _packed(words: Words) -> bytes:
    return _said(words).encode()


def _s(text: Callable[[Words], str]) -> Callable[[Words], String]:
    return lambda words: String(text(words))


_SAID = _s(_said)
_NAMED = _s(lambda words: words.name)


def _xmp(pdf: pikepdf.Pdf, words: Words) -> None:
    pdf.Root.Metadata = pdf.make_stream(
        f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{_said(words)}</x:xmpmeta>".encode(),
        {"/Type": Name.Metadata, "/Subtype": Name.XML},
    )


def _xmp_of_page(pdf: pikepdf.Pdf, words: Words) -> None:
    page_of(pdf).Metadata = pdf.make_stream(_packed(words), {"/Type": Name.Metadata})


def _outline(pdf: pikepdf.Pdf, words: Words) -> None:
    outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=1))
    item = pdf.make_indirect(Dictionary(Title=String(_said(words)), Parent=outlines))
    item.Dest = Array([page_of(pdf), Name.Fit])
    outlines.First = outlines.Last = item
    pdf.Root.Outlines = outlines


def _named_places(pdf: pikepdf.Pdf, words: Words) -> None:
    place = Array([page_of(pdf), Name.Fit])
    tree = Dictionary(Names=Array([String(f"{words.name} {words.number}"), place]))
    pdf.Root.Names = Dictionary(Dests=tree)
    link = _annotation("Link", {"Dest": _s(lambda w: f"{w.name} {w.number}")}, words)
    page_of(pdf).Annots = Array([pdf.make_indirect(link)])


def _named_places_of_old(pdf: pikepdf.Pdf, words: Words) -> None:
    name = f"/{words.given}{words.family}{words.number}"
    pdf.Root.Dests = Dictionary({name: Array([page_of(pdf), Name.Fit])})
    action = Dictionary(S=Name.GoTo, D=Name(name))
    page_of(pdf).Annots = Array(
        [pdf.make_indirect(_annotation("Link", {"A": lambda _: action}, words))]
    )


def _attachment(pdf: pikepdf.Pdf, words: Words) -> None:
    attached(pdf, "attachment 1.txt", _packed(words))


def _attachment_name(pdf: pikepdf.Pdf, words: Words) -> None:
    name = f"{words.given}_{words.family}_{words.number}.txt"
    attached(pdf, name, b"Stable.", description=_said(words))


def _attachment_of_pdf(pdf: pikepdf.Pdf, words: Words) -> None:
    inner = new_pdf()
    inner.trailer.Info = inner.make_indirect(Dictionary(Title=String(_said(words))))
    attached(pdf, "attachment 1.pdf", written(inner))


def _attachment_of_annotation(pdf: pikepdf.Pdf, words: Words) -> None:
    spec = attached(pdf, "attachment 1.txt", _packed(words), is_listed=False)
    page_of(pdf).Annots = Array(
        [pdf.make_indirect(_annotation("FileAttachment", {"FS": lambda _: spec}, words))]
    )


def _associated(pdf: pikepdf.Pdf, words: Words) -> None:
    pdf.Root.AF = Array([attached(pdf, "attachment 1.txt", _packed(words), is_listed=False)])


def _portfolio(pdf: pikepdf.Pdf, words: Words) -> None:
    attached(pdf, "attachment 1.txt", b"Stable.")
    column = Dictionary(Type=Name.CollectionField, Subtype=Name.S, N=String(_said(words)))
    pdf.Root.Collection = Dictionary(Schema=Dictionary(A=column))


def _script(pdf: pikepdf.Pdf, words: Words) -> None:
    action = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{_said(words)}')"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))
    pdf.Root.OpenAction = Dictionary(
        S=Name.JavaScript, JS=pdf.make_stream(_packed(words)), Next=Array([action])
    )


def _script_of_page(pdf: pikepdf.Pdf, words: Words) -> None:
    page_of(pdf).AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String(_said(words))))


def _template(pdf: pikepdf.Pdf, words: Words) -> None:
    hidden = pdf.make_indirect(
        Dictionary(
            Type=Name.Template,
            MediaBox=Array([0, 0, 100, 100]),
            Contents=pdf.make_stream(f"BT ({_said(words)}) Tj ET".encode()),
        )
    )
    pdf.Root.Names = Dictionary(Templates=Dictionary(Names=Array([String(words.name), hidden])))


def _deleted_page(pdf: pikepdf.Pdf, words: Words) -> None:
    gone = pdf.make_indirect(
        Dictionary(
            Type=Name.Page,
            Parent=pdf.Root.Pages,
            MediaBox=Array([0, 0, 100, 100]),
            Contents=pdf.make_stream(f"BT ({_said(words)}) Tj ET".encode()),
        )
    )
    page_of(pdf).Annots = Array(
        [pdf.make_indirect(_annotation("Link", {"Dest": lambda _: Array([gone, Name.Fit])}, words))]
    )


def _resource_name(pdf: pikepdf.Pdf, words: Words) -> None:
    page = page_of(pdf)
    name = f"/{words.given}{words.family}{words.number}"
    fonts = page.Resources.Font
    fonts[name] = fonts["/F1"]
    del fonts["/F1"]
    data = page.Contents.read_bytes().replace(b"/F1", name.encode())
    page.Contents = pdf.make_stream(data)


def _layer(pdf: pikepdf.Pdf, words: Words) -> None:
    layer = pdf.make_indirect(
        Dictionary(
            Type=Name.OCG,
            Name=String(words.name),
            Usage=Dictionary(User=Dictionary(Type=Name.Ind, Name=Array([String(_said(words))]))),
        )
    )
    view = Dictionary(Name=String(_said(words)), Order=Array([String(words.number), layer]))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=view)


def _structure(pdf: pikepdf.Pdf, words: Words) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    element = pdf.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Figure,
            P=root,
            Alt=String(_said(words)),
            T=String(words.name),
            ActualText=String(words.number),
            E=String(words.name),
        )
    )
    root.K = Array([element])
    pdf.Root.StructTreeRoot = root


def _structure_names(pdf: pikepdf.Pdf, words: Words) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    role = f"/{words.given}{words.family}{words.number}"
    identity = String(f"{words.name} {words.number}")
    element = pdf.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name(role),
            P=root,
            ID=identity,
            Lang=String(f"x-{words.given}-{words.family}-{words.number}"),
            C=Name(role),
            A=Array(
                [
                    Dictionary(
                        O=Name.UserProperties,
                        P=Array([Dictionary(N=String(words.name), V=String(words.number))]),
                    )
                ]
            ),
        )
    )
    root.K = element
    root.RoleMap = Dictionary({role: Name.P})
    root.ClassMap = Dictionary({role: Dictionary(O=Name.Layout, SpaceAfter=1)})
    root.IDTree = Dictionary(Names=Array([identity, element]))
    pdf.Root.StructTreeRoot = root


def _signature(pdf: pikepdf.Pdf, words: Words) -> None:
    signed = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        Name=String(words.name),
        Reason=String(_said(words)),
        ContactInfo=String(words.number),
        ByteRange=Array([0, 1, 2, 3]),
        Contents=String(_packed(words)),
    )
    entries = {"FT": lambda _: Name.Sig, "V": lambda _: pdf.make_indirect(signed)}
    form(pdf, _annotation("Widget", {**entries, "T": lambda _: String("signed")}, words))
    pdf.Root.AcroForm.SigFlags = 3
    pdf.Root.Perms = Dictionary(DocMDP=signed)
    pdf.Root.DSS = Dictionary(Certs=Array([pdf.make_stream(_packed(words))]))


def _xfa(pdf: pikepdf.Pdf, words: Words) -> None:
    form(pdf, _annotation("Widget", {"FT": lambda _: Name.Tx, "T": lambda _: String("a")}, words))
    pdf.Root.AcroForm.XFA = Array([String("data"), pdf.make_stream(_packed(words))])


def _state(pdf: pikepdf.Pdf, words: Words) -> None:
    name = f"/{words.name} {words.number}"
    look = {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 9, 9])}
    states = Dictionary({name: pdf.make_stream(b"", look), "/Off": pdf.make_stream(b"", look)})
    entries: dict[str, Callable[[Words], Any]] = {
        "FT": lambda _: Name.Btn,
        "T": lambda _: String("choice"),
        "V": lambda _: Name(name),
        "AS": lambda _: Name(name),
        "AP": lambda _: Dictionary(N=states),
        "Opt": lambda w: Array([String(_said(w))]),
        "MK": lambda w: Dictionary(CA=String(w.name), RC=String(w.number)),
    }
    form(pdf, _annotation("Widget", entries, words))


def _fields_in_fields(pdf: pikepdf.Pdf, words: Words) -> None:
    kid = _annotation("Widget", {"T": lambda w: String(w.number)}, words)
    parent = pdf.make_indirect(
        Dictionary(
            FT=Name.Tx, T=String(words.name), TU=String(_said(words)), V=String(_said(words))
        )
    )
    kid.Parent = parent
    parent.Kids = Array([pdf.make_indirect(kid)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([parent]))
    page_of(pdf).Annots = Array([parent.Kids[0]])


def _look(words: Words, pdf: pikepdf.Pdf) -> Dictionary:
    resources = Dictionary(Font=Dictionary(F1=page_of(pdf).Resources.Font.F1))
    look = pdf.make_stream(
        f"/Tx BMC q BT /F1 9 Tf 2 3 Td ({_said(words)}) Tj ET Q EMC".encode(),
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Form,
            "/BBox": Array([0, 0, 300, 20]),
            "/Resources": resources,
        },
    )
    return Dictionary(N=look)


def _look_of_a_note(pdf: pikepdf.Pdf, words: Words) -> None:
    note = _annotation("FreeText", {"AP": lambda w: _look(w, pdf)}, words)
    note.DA = String("/Helv 9 Tf 0 g")
    page_of(pdf).Annots = Array([pdf.make_indirect(note)])


def _look_of_a_field(pdf: pikepdf.Pdf, words: Words) -> None:
    entries: dict[str, Callable[[Words], Any]] = {
        "FT": lambda _: Name.Tx,
        "T": lambda _: String("seen"),
        "AP": lambda w: _look(w, pdf),
    }
    form(pdf, _annotation("Widget", entries, words))


def _marks(pdf: pikepdf.Pdf, words: Words) -> None:
    page, name = page_of(pdf), f"/{words.given}{words.family}{words.number}"
    page.Resources.Properties = Dictionary(MC0=Dictionary({name: 1, "/Own": String(_said(words))}))
    listed = f"<< {name} 1 /Lang (x-{words.given}-{words.family}-{words.number}) /Own {name} >>"
    begin = f"{name} MP {name} BMC /Span {listed} BDC /Span /MC0 BDC {name} ri "
    page.Contents = pdf.make_stream(begin.encode() + page.Contents.read_bytes() + b" EMC EMC EMC")


def _icon(pdf: pikepdf.Pdf, words: Words) -> None:
    icon = _look(words, pdf).N
    entries = {"FT": lambda _: Name.Btn, "MK": lambda _: Dictionary(I=icon)}
    form(pdf, _annotation("Widget", entries, words))
    pdf.Root.AcroForm.DR = Dictionary(XObject=Dictionary(Fm0=icon))


def _thumbnail(pdf: pikepdf.Pdf, words: Words) -> None:
    data = _packed(words).ljust(64)[:64]
    page_of(pdf).Thumb = pdf.make_stream(
        data, {"/Width": 8, "/Height": 8, "/ColorSpace": Name.DeviceGray, "/BitsPerComponent": 8}
    )


def _private(pdf: pikepdf.Pdf, words: Words) -> None:
    own = Dictionary(LastModified=String("D:20260101"), Private=Dictionary(A=String(_said(words))))
    page_of(pdf).PieceInfo = Dictionary({f"/{words.given}{words.family}{words.number}": own})


def _unknown_keys(pdf: pikepdf.Pdf, words: Words) -> None:
    pdf.Root[f"/{words.given}"] = String(words.name)
    page_of(pdf)[f"/{words.family}"] = Dictionary(Deep=Array([String(words.number)]))


def _web(pdf: pikepdf.Pdf, words: Words) -> None:
    content = Dictionary(Type=Name.SpiderContentSet, SI=Dictionary(AU=String(_said(words))))
    pdf.Root.Names = Dictionary(
        URLS=Dictionary(Names=Array([String(words.name), pdf.make_indirect(content)]))
    )
    pdf.Root.SpiderInfo = Dictionary(V=1.0, C=Array([Dictionary(URL=String(_said(words)))]))


def _articles(pdf: pikepdf.Pdf, words: Words) -> None:
    thread = pdf.make_indirect(Dictionary(I=Dictionary(Title=String(_said(words)))))
    bead = pdf.make_indirect(Dictionary(T=thread, P=page_of(pdf), R=Array([0, 0, 9, 9])))
    bead.N = bead.V = thread.F = bead
    pdf.Root.Threads = Array([thread])
    page_of(pdf).B = Array([bead])


def _recording(pdf: pikepdf.Pdf, words: Words) -> None:
    sound = pdf.make_stream(_packed(words), {"/Type": Name.Sound, "/R": 8000})
    page_of(pdf).Annots = Array(
        [pdf.make_indirect(_annotation("Sound", {"Sound": lambda _: sound, "T": _NAMED}, words))]
    )


def _launch(subtype: str) -> Plant:
    def plant(pdf: pikepdf.Pdf, words: Words) -> None:
        action = Dictionary(S=Name(f"/{subtype}"), F=String(f"{words.name} {words.number}.pdf"))
        action.D = String(words.name)
        page_of(pdf).Annots = Array(
            [pdf.make_indirect(_annotation("Link", {"A": lambda _: action}, words))]
        )

    return plant


def _glyph_names(pdf: pikepdf.Pdf, words: Words) -> None:
    font = page_of(pdf).Resources.Font.F1
    names = [Name(f"/{word}") for word in words.all]
    font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([1, *names]))


def _font_name(pdf: pikepdf.Pdf, words: Words) -> None:
    fonts = page_of(pdf).Resources.Font
    name = f"/{words.name} {words.number}"
    fonts.F1 = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name(name),
            FirstChar=0,
            LastChar=255,
            Widths=Array([500] * 256),
            Encoding=Name.WinAnsiEncoding,
            FontDescriptor=pdf.make_indirect(
                Dictionary(
                    Type=Name.FontDescriptor,
                    FontName=Name(name),
                    FontFamily=String(_said(words)),
                    Flags=32,
                    FontBBox=Array([0, -200, 1000, 800]),
                    ItalicAngle=0,
                    Ascent=800,
                    Descent=-200,
                    CapHeight=700,
                    StemV=80,
                )
            ),
        )
    )


def _cmap(pdf: pikepdf.Pdf, words: Words) -> None:
    letters = words.name.encode("utf-16-be").hex()
    font = page_of(pdf).Resources.Font.F1
    font.ToUnicode = pdf.make_stream(
        f"% {_said(words)}\n/CMapName /{words.given}{words.number} def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        "1 beginbfrange <20> <7e> <0020> endbfrange\n"
        f"1 beginbfchar <07> <{letters}> endbfchar\n".encode()
    )


def _profile(pdf: pikepdf.Pdf, words: Words) -> None:
    from tests.formats.pdf.objects import profile

    space = Array([Name.ICCBased, pdf.make_stream(profile(_said(words)), {"/N": 3})])
    page_of(pdf).Resources.ColorSpace = Dictionary(CS0=space)
    page = page_of(pdf)
    page.Contents = pdf.make_stream(b"/CS0 cs 0 0 0 sc\n" + page.Contents.read_bytes())


def _colour_name(pdf: pikepdf.Pdf, words: Words) -> None:
    formula = pdf.make_stream(
        f"{{ % {_said(words)}\n dup dup }}".encode(),
        {"/FunctionType": 4, "/Domain": Array([0, 1]), "/Range": Array([0, 1] * 3)},
    )
    name = Name(f"/{words.name} {words.number}")
    space = Array([Name.Separation, name, Name.DeviceRGB, formula])
    page = page_of(pdf)
    page.Resources.ColorSpace = Dictionary(CS0=pdf.make_indirect(space))
    page.Contents = pdf.make_stream(b"/CS0 cs 0 sc\n" + page.Contents.read_bytes())


def _revision(words: Words) -> bytes:
    """A document whose older revision said more, and bytes behind its end."""
    pdf = new_pdf()
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String(_said(words))))
    first = written(pdf)
    number = pdf.trailer.Info.objgen[0]
    with pikepdf.open(io.BytesIO(first)) as again:
        number = again.trailer.Info.objgen[0]
        size, root = len(again.objects) + 1, again.Root.objgen[0]
    start = first.rindex(b"startxref") + len(b"startxref")
    before = int(first[start:].split()[0])
    offset = len(first)
    newer = f"{number} 0 obj\n<< /Title (Stable) >>\nendobj\n".encode()
    table = (
        f"xref\n{number} 1\n{offset:010d} 00000 n \ntrailer\n<< /Size {size} /Root {root} 0 R "
        f"/Info {number} 0 R /Prev {before} >>\nstartxref\n{offset + len(newer)}\n%%EOF\n"
    )
    return first + newer + table.encode() + b"% " + _packed(words)


def _trailer(pdf: pikepdf.Pdf, words: Words) -> None:
    pdf.trailer[f"/{words.given}"] = String(f"{words.family} {words.number}")


def _identity(words: Words) -> bytes:
    pdf = new_pdf()
    pdf.trailer.ID = Array([String(_said(words)), String(_said(words))])
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


_UTF16 = _s(lambda words: f"Seen with {words.name} on 3 \u0439, {words.number}.")

CHANNELS = (
    Channel(
        ".pdf",
        "properties: title, subject, keywords",
        _info(Title=_SAID, Subject=_SAID, Keywords=_SAID),
    ),
    Channel(
        ".pdf",
        "properties: author",
        _info(Author=_s(lambda w: f"{w.name} {w.number}")),
        is_field=True,
    ),
    Channel(".pdf", "properties: programs", _info(Creator=_SAID, Producer=_SAID)),
    Channel(
        ".pdf",
        "properties of one's own",
        _info(Patient=_SAID, **{"Seen by": _NAMED}),
        is_field=True,
    ),
    Channel(".pdf", "dates that hold something else", _info(CreationDate=_SAID, ModDate=_SAID)),
    Channel(".pdf", "text in UTF-16", _info(Title=_UTF16)),
    Channel(".pdf", "metadata (XMP)", _with(_xmp), is_field=True),
    Channel(".pdf", "metadata of a page (XMP)", _with(_xmp_of_page), is_field=True),
    Channel(".pdf", "bookmark", _with(_outline)),
    Channel(
        ".pdf",
        "names of places, and links to them",
        _with(_named_places),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "names of places as names",
        _with(_named_places_of_old),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "labels of pages",
        _root(
            PageLabels=lambda w: Dictionary(
                Nums=Array([0, Dictionary(S=Name.D, P=String(_said(w)))])
            )
        ),
    ),
    Channel(".pdf", "language", _root(Lang=_SAID), is_field=True),
    Channel(".pdf", "comment: contents and subject", _note("Text", Contents=_SAID, Subj=_SAID)),
    Channel(
        ".pdf",
        "comment: author",
        _note("Text", T=_s(lambda w: f"{w.name} {w.number}"), Contents=_s(lambda _: "stable")),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "comment: text with styles, id and state",
        _note("Highlight", RC=_SAID, NM=_SAID, DS=_SAID, State=_SAID, StateModel=_SAID),
        is_field=True,
    ),
    Channel(".pdf", "text over what is redacted", _note("Redact", OverlayText=_SAID)),
    Channel(
        ".pdf",
        "target of a link",
        _note(
            "Link",
            A=lambda w: Dictionary(
                S=Name.URI, URI=String(f"https://example.org/{w.given}%20{w.family}?id={w.number}")
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "target of a link to a file",
        _with(_launch("GoToR")),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "program that a link starts",
        _with(_launch("Launch")),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "address that a form is sent to",
        _with(_launch("SubmitForm")),
        is_field=True,
    ),
    Channel(
        ".pdf",
        "field: value, default, name and hints",
        _field(T=_s(lambda w: f"{w.name} {w.number}"), TU=_SAID, TM=_SAID, V=_SAID, DV=_SAID),
    ),
    Channel(".pdf", "field in a field", _with(_fields_in_fields)),
    Channel(
        ".pdf",
        "field: choices",
        _field(
            FT=lambda _: Name.Ch,
            T=_s(lambda _: "choice"),
            Opt=lambda w: Array([Array([String(w.number), String(_said(w))]), String(w.name)]),
            V=_SAID,
        ),
    ),
    Channel(".pdf", "field: states and captions", _with(_state)),
    Channel(
        ".pdf",
        "field: text with styles, looks of the text",
        _field(T=_s(lambda _: "seen"), RV=_SAID, DS=_SAID, DA=_SAID),
        is_field=True,
    ),
    Channel(".pdf", "look of a comment", _with(_look_of_a_note)),
    Channel(".pdf", "look of a field", _with(_look_of_a_field)),
    Channel(".pdf", "icon of a button", _with(_icon), is_field=True, is_removed=True),
    Channel(
        ".pdf", "names of marks and their lists", _with(_marks), is_field=True, is_removed=True
    ),
    Channel(".pdf", "form in XFA", _with(_xfa), is_field=True),
    Channel(".pdf", "signature", _with(_signature), is_field=True),
    Channel(".pdf", "scripts", _with(_script), is_field=True),
    Channel(".pdf", "scripts of a page", _with(_script_of_page), is_field=True),
    Channel(".pdf", "attached file", _with(_attachment)),
    Channel(".pdf", "attached file: name", _with(_attachment_name), is_field=True),
    Channel(".pdf", "attached PDF", _with(_attachment_of_pdf), is_field=True),
    Channel(".pdf", "file of an annotation", _with(_attachment_of_annotation)),
    Channel(".pdf", "associated file", _with(_associated)),
    Channel(".pdf", "portfolio", _with(_portfolio), is_field=True),
    Channel(".pdf", "hidden page", _with(_template), is_field=True),
    Channel(
        ".pdf",
        "deleted page that a link leads to",
        _with(_deleted_page),
        is_field=True,
    ),
    Channel(".pdf", "name of a resource", _with(_resource_name), is_field=True),
    Channel(".pdf", "layers: names, labels and users", _with(_layer)),
    Channel(".pdf", "structure: alternative text, title, text and abbreviation", _with(_structure)),
    Channel(
        ".pdf",
        "structure: types, ids, classes, languages and attributes",
        _with(_structure_names),
        is_field=True,
    ),
    Channel(".pdf", "picture of a page", _with(_thumbnail), is_field=True),
    Channel(".pdf", "data of other programs", _with(_private), is_field=True),
    Channel(
        ".pdf",
        "entries that PDF does not know",
        _with(_unknown_keys),
        is_field=True,
    ),
    Channel(".pdf", "origin on the web", _with(_web), is_field=True),
    Channel(".pdf", "articles", _with(_articles), is_field=True),
    Channel(".pdf", "recording", _with(_recording), is_field=True),
    Channel(".pdf", "names of glyphs", _with(_glyph_names)),
    Channel(".pdf", "names of a font", _with(_font_name), is_field=True),
    Channel(".pdf", "letters of a font", _with(_cmap), is_field=True),
    Channel(".pdf", "colour profile", _with(_profile), is_field=True),
    Channel(".pdf", "name and formula of a colour", _with(_colour_name), is_field=True),
    Channel(".pdf", "older revision, and behind the end", _revision, is_field=True),
    Channel(".pdf", "trailer", _with(_trailer), is_field=True),
    Channel(".pdf", "identifier of the file", _identity, is_field=True),
)
