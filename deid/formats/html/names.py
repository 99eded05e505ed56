"""Names of elements and attributes of HTML, SVG, MathML and Word's HTML (pure).

A name that is none of these may say anything, and cannot be replaced: a page with one is refused.
"""

from __future__ import annotations

import re
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


INLINE: Final = _set(
    "a abbr acronym b basefont bdi bdo big blink cite code data del dfn em font i ins kbd label "
    "mark nobr q rb rp rt rtc ruby s samp slot small span strike strong sub sup time tt u var wbr "
    "tspan textpath o:p st1:address st1:city st1:country-region st1:date st1:metricconverter "
    "st1:place st1:placename st1:placetype st1:postalcode st1:sn st1:givenname st1:middlename "
    "st1:personname st1:state st1:street st1:time "
    "math mrow mi mn mo ms mtext mfrac msqrt mroot mstyle merror mpadded mphantom msup msub "
    "msubsup munder mover munderover mspace semantics"
)
"""Elements that do not part the words around them."""

CELLS: Final = _set("td th dt dd")
"""Elements whose texts stand beside each other in a line."""

RAW: Final = _set("script style")
"""Elements that hold text without entities."""

PLAIN: Final = _set("title textarea iframe")
"""Elements that hold nothing but text."""

KEEPING_BLANKS: Final = _set("pre textarea")
"""Elements in which blanks and line ends are seen."""

_BLOCKS: Final = _set(
    "html head body title meta link base style script noscript address article aside blockquote "
    "button canvas caption center col colgroup datalist dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr br iframe "
    "img input legend li main map area menu menuitem meter nav ol optgroup option output p param "
    "picture pre progress search section select source summary table tbody td template textarea "
    "tfoot th thead tr track ul audio video "
    "svg g defs symbol use path rect circle ellipse line polyline polygon text image desc "
    "animate animatemotion animatetransform filter foreignobject metadata mpath set switch view "
    "feblend fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting "
    "fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr "
    "fegaussianblur feimage femerge femergenode femorphology feoffset fepointlight "
    "fespecularlighting fespotlight fetile feturbulence "
    "lineargradient radialgradient stop clippath mask pattern marker "
    "mtable mtr mtd xml "
    "o:documentproperties o:author o:template o:lastauthor o:revision o:totaltime o:created "
    "o:lastsaved o:lastprinted o:pages o:words o:characters o:company o:lines o:paragraphs "
    "o:characterswithspaces o:version o:title o:subject o:keywords o:category o:manager "
    "o:description o:bytes o:officedocumentsettings o:allowpng o:relyonvml o:targetscreensize "
    "o:pixelsperinch o:shapedefaults o:shapelayout o:idmap o:lock o:smarttagtype "
    "v:shape v:shapetype v:stroke v:formulas v:f v:path v:imagedata v:textbox v:rect v:line v:oval "
    "v:group v:fill v:shadow v:roundrect v:background v:textpath "
    "w:worddocument w:view w:zoom w:trackmoves w:trackformatting w:punctuationkerning "
    "w:validateagainstschemas w:saveifxmlinvalid w:ignoremixedcontent "
    "w:alwaysshowplaceholdertext w:donotpromoteqf w:lidthemeother w:lidthemeasian "
    "w:lidthemecomplexscript w:compatibility w:breakwrappedtables w:snaptogridincell "
    "w:wraptextwithpunct w:useasianbreakrules w:dontgrowautofit w:splitpgbreakandparamark "
    "w:enableopentypekerning w:dontflipmirrorindents w:overridetablestylehps w:hyphenationzone "
    "w:spellingstate w:grammarstate w:usefelayout w:browserlevel w:donotoptimizeforbrowser "
    "w:latentstyles w:lsdexception w:wrap w:anchorlock w:sdt w:sdtpr w:donotshowrevisions "
    "w:donotprintrevisions w:donotshowmarkup w:donotshowcomments w:donotshowinsertionsanddeletions "
    "w:donotshowpropertychanges "
    "m:mathpr m:mathfont m:brkbin m:brkbinsub m:smallfrac m:dispdef m:lmargin m:rmargin m:defjc "
    "m:wrapindent m:intlim m:narylim m:omath m:omathpara m:r m:t"
)
ELEMENTS: Final = INLINE | _BLOCKS
"""Every element that is read; others, `object` and `plaintext` among them, are refused."""

_EVENTS: Final = _set(
    "abort blur cancel change click close contextmenu dblclick drag drop error focus hashchange "
    "input invalid keydown keypress keyup load message mousedown mousemove mouseout mouseover "
    "mouseup offline online pagehide pageshow popstate print reset resize scroll select submit "
    "touchstart touchend touchmove unload wheel beforeunload beforeprint afterprint "
    "animationend animationiteration animationstart auxclick beforeinput beforematch beforetoggle "
    "canplay canplaythrough copy cuechange cut dragend dragenter dragleave dragover dragstart "
    "durationchange emptied ended formdata gotpointercapture languagechange loadeddata "
    "loadedmetadata loadstart lostpointercapture messageerror mouseenter mouseleave paste pause "
    "play playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout "
    "pointerover pointerup progress ratechange rejectionhandled scrollend seeked seeking "
    "selectstart slotchange stalled storage suspend timeupdate toggle touchcancel transitionend "
    "unhandledrejection volumechange waiting"
)
ATTRIBUTES: Final = (
    _set(
        "abbr accept accept-charset accesskey action align alink allow allowfullscreen alt archive "
        "async autocapitalize autocomplete autofocus autoplay axis background bgcolor border "
        "bordercolor bordercolordark bordercolorlight cellpadding cellspacing char charoff charset "
        "checked cite class classid clear color cols colspan compact content contenteditable "
        "controls coords crossorigin data datetime declare default defer dir dirname disabled "
        "download draggable enctype enterkeyhint face for form formaction formmethod frame "
        "frameborder headers height hidden high href hreflang hspace http-equiv id inert inputmode "
        "integrity is ismap itemid itemprop itemref itemscope itemtype kind label lang language "
        "leftmargin link list longdesc loop low lowsrc marginheight marginwidth max maxlength "
        "media method min minlength multiple muted name nohref nonce noresize noshade novalidate "
        "nowrap object open optimum pattern ping placeholder playsinline poster prefix preload "
        "profile prompt property readonly referrerpolicy rel required resource rev reversed role "
        "rows rowspan rules sandbox scheme scope scrolling selected shape size sizes span "
        "spellcheck src srclang srcset standby start step style summary tabindex target text title "
        "topmargin translate type typeof usemap valign value valuetype version vlink vocab vspace "
        "width wrap xmlns about datatype "
        "alpha as autocorrect blocking closedby colorspace command commandfor decoding "
        "elementtiming exportparts fetchpriority formenctype formnovalidate formtarget "
        "headingoffset headingreset imagesizes imagesrcset loading nomodule part popover "
        "popovertarget popovertargetaction shadowrootclonable shadowrootdelegatesfocus "
        "shadowrootmode shadowrootserializable slot writingsuggestions resource inlist vocab "
        "autosave results security unselectable hidefocus language nosave bottommargin "
        "rightmargin valign nowrap frameborder allowtransparency event "
        "accumulate additive attributename attributetype baseline-shift begin by calcmode "
        "clippathunits clip-path color-interpolation color-interpolation-filters color-rendering "
        "cursor diffuseconstant direction divisor dur edgemode enable-background end "
        "externalresourcesrequired filter filterunits flood-color flood-opacity focusable "
        "font-size-adjust font-stretch font-variant fr from fx fy glyph-orientation-horizontal "
        "glyph-orientation-vertical image-rendering in in2 k1 k2 k3 k4 kernelmatrix "
        "kernelunitlength keypoints keysplines keytimes lengthadjust lighting-color marker-mid "
        "markerheight markerunits markerwidth mask mask-type maskcontentunits maskunits method "
        "mode numoctaves operator order orient paint-order pathlength patterncontentunits "
        "patterntransform pointer-events primitiveunits radius refx refy repeatcount repeatdur "
        "requiredextensions requiredfeatures restart result rotate seed shape-rendering spacing "
        "specularconstant specularexponent spreadmethod startoffset stddeviation "
        "stroke-dashoffset stroke-miterlimit surfacescale systemlanguage tablevalues targetx "
        "targety text-rendering textlength to transform-origin unicode-bidi values vector-effect "
        "word-spacing writing-mode xchannelselector ychannelselector z zoomandpan "
        "xlink:actuate xlink:arcrole xlink:role xlink:show xmlns:dc xmlns:cc xmlns:rdf "
        "d x y x1 x2 y1 y2 cx cy r rx ry dx dy points viewbox fill fill-opacity fill-rule stroke "
        "stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-opacity opacity "
        "transform preserveaspectratio font-family font-size font-weight font-style text-anchor "
        "text-decoration dominant-baseline alignment-baseline offset stop-color stop-opacity "
        "gradientunits gradienttransform patternunits clip-path clip-rule marker-end marker-start "
        "letter-spacing baseprofile display overflow visibility display mathvariant stretchy "
        "xml:lang xml:space xml:base xmlns:o xmlns:v xmlns:w xmlns:m xmlns:x xmlns:p xmlns:dt "
        "xmlns:st1 xmlns:xlink xmlns:xsi xmlns:svg xmlns:a xmlns:b xmlns:xsl xlink:href "
        "xlink:title xlink:type xsi:schemalocation "
        "o:spid o:ole o:spt o:preferrelative o:title o:hr o:hralign o:hrstd o:hrnoshade "
        "o:connecttype o:extrusionok o:insetmode o:button o:allowincell v:ext v:shapes v:dpi "
        "v:src adj coordsize path filled fillcolor stroked strokecolor strokeweight arrowok "
        "gradientshapeok connecttype spidmax eqn joinstyle aspectratio inset deflockedstate "
        "defunhidewhenused defsemihidden defqformat defpriority latentstylecount locked "
        "semihidden unhidewhenused qformat priority m:val w:st dt:dt namespaceuri url "
        "year month day hour minute productid w:insauthor cellspacing anchorx anchory"
    )
) | frozenset(f"on{event}" for event in _EVENTS)

_PREFIXED: Final = re.compile(r"(?:data|aria)((?:-[a-z]+\d?)+)")
_DATA_WORDS: Final = _set(
    "label labelledby describedby hidden expanded controls haspopup live atomic busy checked "
    "current disabled selected required readonly pressed sort valuemin valuemax valuenow "
    "valuetext level modal multiline orientation owns posinset setsize placeholder role "
    "roledescription relevant invalid details activedescendant autocomplete colcount colindex "
    "colspan rowcount rowindex rowspan errormessage flowto grabbed dropeffect keyshortcuts "
    "id ids name names value values type kind key index row rows col cols column columns cell "
    "table page pages section title text content date time datetime number code codes system unit "
    "units order parent child target toggle dismiss slide ride src href url link action state "
    "status mode size width height min max step count total patient provider encounter visit mrn "
    "dob author user note notes document doc version source format field fields form item items "
    "list group category class theme color bg font style view tab tabs menu icon image alt "
    "tooltip placement original html template bind event handler test testid automation react "
    "reactid reactroot v ng vue mce mce-href mce-style mce-src stringify ogsc ogsb linkindex olk "
    "copy source bs app new gr ext installed c s check loaded scroll spy interval keyboard "
    "backdrop delay trigger container auto close parentid uid qa cy track tracking analytics "
    "track-id lang locale valign align enhanced role state toggle-group popper boundary reference "
    "sr turbo turbolinks pjax controller remote confirm disable with method params"
)
_SCOPED: Final = re.compile(r"data-v-[0-9a-f]{8}")


def is_attribute(name: str) -> bool:
    """Whether a name, in lower case, is one of an attribute, so that nobody is named by it."""
    found = _PREFIXED.fullmatch(name)
    if found is not None:
        words = found.group(1)[1:].split("-")
        return all(word.rstrip("0123456789") in _DATA_WORDS for word in words)
    return name in ATTRIBUTES or _SCOPED.fullmatch(name) is not None
