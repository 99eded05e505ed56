"""What each kind of object of a PDF may hold (ISO 32000-2): all else is taken out (pure).

A line tells of one kind of dictionary: its keys, and behind the sign of equality what their values
are. Where a value is an array, the kind is that of its elements. `{kind}` is a dictionary whose
keys are names that the file chooses. `!` is what never comes back; words with dots for blanks say
what it is where a person may miss it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_TEXT: Final = """
trailer: Info=info Root=catalog Size=number

info: Title=property Subject=property Author=person Keywords=property Creator=program
  Producer=program CreationDate=date ModDate=date Trapped=name

catalog: Type=name Version=version Extensions=! Pages=pages PageLabels=labels Names=names Dests=!
  ViewerPreferences=viewer PageLayout=name PageMode=name Outlines=outlines Threads=!articles
  OpenAction=open_action AA=!actions.and.scripts URI=!address.that.links.begin.with
  AcroForm=acroform Metadata=!metadata.(XMP) StructTreeRoot=structure MarkInfo=mark_info Lang=lang
  SpiderInfo=!origin.on.the.web OutputIntents=intent PieceInfo=!data.of.other.programs
  OCProperties=layers Perms=!signatures Legal=! Requirements=! Collection=!look.of.a.portfolio
  NeedsRendering=! DSS=!signatures AF=filespec DPartRoot=!parts.for.printing
viewer: HideToolbar=number HideMenubar=number HideWindowUI=number FitWindow=number
  CenterWindow=number DisplayDocTitle=number NonFullScreenPageMode=name Direction=name
  ViewArea=name ViewClip=name PrintArea=name PrintClip=name PrintScaling=name Duplex=name
  PickTrayByPDFSize=number PrintPageRange=number NumCopies=number Enforce=name
mark_info: Marked=number UserProperties=number Suspects=number
labels: Kids=labels Nums=label Limits=number
page_label: Type=name S=name P=text St=number
names: EmbeddedFiles=file_names Dests=! AP=!named.appearances JavaScript=!actions.and.scripts
  Pages=!hidden.pages Templates=!hidden.pages IDS=!origin.on.the.web URLS=!origin.on.the.web
  AlternatePresentations=!presentations Renditions=!recordings
intent: Type=name S=name OutputCondition=condition OutputConditionIdentifier=condition
  RegistryName=condition Info=condition DestOutputProfile=icc
outlines: Type=name First=outline Last=back Count=number
outline: Title=text Parent=back Prev=back Next=outline First=outline Last=back Count=number
  Dest=destination A=action C=number F=number SE=back

page_tree: Type=name Parent=back Kids=pages Count=number Resources=resources MediaBox=box
  CropBox=box Rotate=turn
page: Type=name Parent=back Resources=resources MediaBox=box CropBox=box BleedBox=box
  TrimBox=box ArtBox=box BoxColorInfo=! Contents=content Rotate=turn Group=group
  Thumb=!thumbnails B=!articles Dur=number Trans=transition Annots=annotation
  AA=!actions.and.scripts Metadata=!metadata.(XMP) PieceInfo=!data.of.other.programs
  LastModified=!dates.of.change StructParents=number ID=! PZ=number SeparationInfo=!
  Tabs=name TemplateInstantiated=! PresSteps=! UserUnit=number VP=viewport AF=filespec
  OutputIntents=intent DPart=!
transition: Type=name S=name D=number Dm=name M=name Di=transition_angle SS=number B=number
viewport: Type=name BBox=number Name=text
group: Type=name S=name CS=colours I=number K=number

resources: ExtGState={gstate} ColorSpace={colours} Pattern={pattern} Shading={shading}
  XObject={xobject} Font={font} ProcSet=name Properties={properties}
gstate: Type=name LW=number LC=number LJ=number ML=number D=number RI=name OP=number op=number
  OPM=number Font=font_and_size BG=function BG2=function UCR=function UCR2=function TR=function
  TR2=function HT=! FL=number SM=number SA=number BM=name SMask=mask CA=number ca=number
  AIS=number TK=number UseBlackPtComp=name HTO=!
mask: Type=name S=name G=masking BC=number TR=function
form: Type=name Subtype=name FormType=number BBox=number Matrix=number Resources=resources
  Group=group Ref=!references.to.other.files Metadata=!metadata.(XMP)
  PieceInfo=!data.of.other.programs LastModified=!dates.of.change StructParent=number
  StructParents=number OPI=!references.to.other.files OC=layer Name=! AF=filespec
image: Type=name Subtype=name Width=number Height=number ColorSpace=colours
  BitsPerComponent=number Intent=name ImageMask=number Mask=image_mask Decode=number
  Interpolate=number Alternates=!second.versions.of.pictures SMask=image SMaskInData=number Name=!
  StructParent=number ID=! OPI=!references.to.other.files Metadata=!metadata.(XMP) OC=layer
  AF=filespec Matte=number
tiling: Type=name PatternType=number PaintType=number TilingType=number BBox=number XStep=number
  YStep=number Resources=resources Matrix=number
shaded: Type=name PatternType=number Shading=shading ExtGState=gstate Matrix=number
shading: ShadingType=number ColorSpace=colours Background=number BBox=number AntiAlias=number
  Function=function Domain=number Matrix=number Extend=number Coords=number
  BitsPerCoordinate=number BitsPerComponent=number BitsPerFlag=number Decode=number
  VerticesPerRow=number
function: FunctionType=number Domain=number Range=number Size=number BitsPerSample=number
  Order=number Encode=number Decode=number C0=number C1=number N=number Functions=function
  Bounds=number
colour_values: WhitePoint=number BlackPoint=number Gamma=number Matrix=number Range=number
colour_names: Subtype=name Colorants={colours}
icc: N=number Alternate=colours Range=number Metadata=!metadata.(XMP)

font: Type=name Subtype=name Name=! BaseFont=font_name FirstChar=number LastChar=number
  Widths=number FontDescriptor=descriptor Encoding=encoding ToUnicode=to_unicode
  DescendantFonts=font CIDSystemInfo=collection DW=number W=number DW2=number W2=number
  CIDToGIDMap=glyph_map FontBBox=number FontMatrix=number CharProcs={glyph} Resources=resources
  Metadata=!metadata.(XMP)
descriptor: Type=name FontName=font_name FontFamily=! FontStretch=name FontWeight=number
  Flags=number FontBBox=number ItalicAngle=number Ascent=number Descent=number Leading=number
  CapHeight=number XHeight=number StemV=number StemH=number AvgWidth=number MaxWidth=number
  MissingWidth=number FontFile=font_program FontFile2=font_program FontFile3=font_program
  CharSet=! Style=! Lang=! FD=! CIDSet=!
font_program: Length1=number Length2=number Length3=number Subtype=name
  Metadata=!metadata.(XMP)
encoding: Type=name BaseEncoding=name Differences=glyph_name
collection: Registry=registry Ordering=registry Supplement=number
cmap: Type=name CMapName=cmap_name CIDSystemInfo=collection WMode=number UseCMap=cmap
glyph:

properties: Type=name Name=text Intent=name Usage=usage OCGs=layer P=name VE=visibility MCID=number
  ActualText=text Alt=text E=text Lang=lang Title=text BBox=number Attached=name Subtype=name
  Metadata=!metadata.(XMP)
usage: CreatorInfo=creator Language=language Export=usage_state Zoom=usage_state
  Print=usage_state View=usage_state User=user PageElement=usage_state
creator: Creator=program Subtype=name
language: Lang=lang Preferred=name
user: Type=name Name=text
usage_state: ExportState=name min=number max=number Subtype=name PrintState=name ViewState=name
layers: OCGs=layer D=layer_view Configs=layer_view
layer_view: Name=text Creator=text BaseState=name ON=layer OFF=layer Intent=name AS=layer_event
  Order=layer_order ListMode=name RBGroups=layer Locked=layer
layer_event: Event=name OCGs=layer Category=name

acroform: Fields=field NeedAppearances=number SigFlags=! CO=! DR=fonts_of_forms DA=appearance_text
  Q=number XFA=!second.version.of.the.form.(XFA)
markup: Type=name Subtype=name Rect=number T=person Contents=text Subj=text P=back NM=! M=date
  CreationDate=date F=number AP=appearances AS=state Border=number C=number StructParent=number
  OC=layer AF=filespec ca=number CA=number BM=name Lang=lang Popup=annotation RC=!texts.with.styles
  IRT=back RT=name IT=name ExData=! Open=number Name=name State=review StateModel=review
  A=action Dest=destination H=name PA=! QuadPoints=number BS=border BE=border
  DA=appearance_text Q=number DS=! CL=number RD=number LE=name L=number IC=number LL=number
  LLE=number Cap=number LLO=number CP=name Measure=! CO=number Vertices=number Path=number
  InkList=number Sy=name FS=filespec FixedPrint=fixed RO=! OverlayText=text Repeat=number
  Parent=back AA=!actions.and.scripts MK=look
form_field: Type=name Subtype=name FT=name T=field_name TU=text TM=field_name V=value DV=value
  Opt=text
  Parent=field Kids=field Ff=number AA=!actions.and.scripts DA=appearance_text Q=number DS=!
  RV=!texts.with.styles MaxLen=number TI=number I=number Lock=! SV=! Rect=number Contents=text
  P=back NM=! M=date F=number AP=appearances AS=state Border=number C=number StructParent=number
  OC=layer AF=filespec ca=number CA=number BM=name Lang=lang H=name MK=look BS=border A=action
fonts_of_forms: Font={font_of_forms} Encoding={encoding} ProcSet=name
border: Type=name W=number S=name D=number I=number
look: R=number BC=number BG=number CA=text RC=text AC=text I=!icons.of.buttons
  RI=!icons.of.buttons IX=!icons.of.buttons IF=icon TP=number
icon: SW=name S=name A=number FB=number
fixed: Type=name Matrix=number H=number V=number
appearances: N=appearance R=appearance D=appearance
one_action: Type=name S=name D=destination URI=address IsMap=number N=name State=layer_state
  PreserveRB=number Next=action
filespec: Type=name F=file_name UF=file_name DOS=! Mac=! Unix=! EF=files RF=! Desc=text
  CI=!look.of.a.portfolio AFRelationship=name FS=! ID=! V=! Thumb=!thumbnails EP=!
files: F=file UF=file DOS=! Mac=! Unix=!
embedded: Type=name Subtype=file_type Params=file_values
file_values: Size=number CreationDate=date ModDate=date CheckSum=! Mac=!

structure: Type=name K=element IDTree=! ParentTree=parents ParentTreeNextKey=number RoleMap=!
  ClassMap={attributes} Namespaces=! PronunciationLexicon=! AF=filespec
structure_element: Type=name S=role ID=element_id T=text Alt=text E=text ActualText=text
  Lang=lang P=back
  Pg=back K=element A=attributes C=class R=number AF=filespec NS=! PhoneticAlphabet=name
  Phoneme=text Ref=back
content_mark: Type=name Pg=back Stm=back StmOwn=back MCID=number
object_mark: Type=name Pg=back Obj=back
parents: Kids=parents Nums=back Limits=number
attribute: O=owner Placement=name WritingMode=name BackgroundColor=number BorderColor=number
  BorderStyle=name BorderThickness=number Padding=number Color=number SpaceBefore=number
  SpaceAfter=number StartIndent=number EndIndent=number TextIndent=number TextAlign=name
  BBox=number Width=measure Height=measure BlockAlign=name InlineAlign=name TBorderStyle=name
  TPadding=number BaselineShift=number LineHeight=measure TextDecorationColor=number
  TextDecorationThickness=number TextDecorationType=name TextPosition=name RubyAlign=name
  RubyPosition=name GlyphOrientationVertical=measure ColumnCount=number ColumnGap=number
  ColumnWidths=number ListNumbering=name ContinuedList=number ContinuedFrom=element_id
  RowSpan=number ColSpan=number Headers=element_id Scope=name Summary=text Short=text Role=name
  Checked=name checked=name Desc=text Type=name Subtype=name Attached=name

stream: Length=number Filter=name DecodeParms=filter_values
filter_values: Predictor=number Colors=number BitsPerComponent=number Columns=number
  EarlyChange=number K=number EndOfLine=number EncodedByteAlign=number Rows=number
  EndOfBlock=number BlackIs1=number DamagedRowsBeforeError=number ColorTransform=number
  JBIG2Globals=jbig2
jbig2:
content:
table:
"""


def _read(text: str) -> Mapping[str, Mapping[str, str]]:
    kinds: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for word in text.split():
        if word.endswith(":"):
            keys = kinds.setdefault(word[:-1], {})
        else:
            key, _, kind = word.partition("=")
            keys[f"/{key}"] = kind
    return MappingProxyType(kinds)


KINDS: Final = _read(_TEXT)
"""The kind of each key of each kind of dictionary, in the order in which they are read."""
