"""The control words that say how text looks, and hold no words of a person (pure; RTF 1.9.1).

A word that is none of these is read as text that somebody wrote, and left out if it identifies.
"""

from __future__ import annotations

import re
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that differ in a direction, a side or a script only.
_FAMILIES: Final = re.compile(
    r"(?:cl|tr|ts|tscell|cell|brdr|clbrdr|trbrdr|tsbrdr|pgbrdr|dp)?"
    r"(?:brdr|pad|spd|padd|spdd|padf|spdf|cellpadd|cellpaddf|pg)?"
    r"(?:t|l|b|r|h|v|dgl|dgr|opt|head|foot|snap|bar|btw|lr|rl|fl|ft|fb|fr|ft)"
    r"|brdr(?:s|th|sh|db|dot|dash|hair|dashsm|dashd|dashdd|dashdot|dashdotdot|inset|none|outset"
    r"|triple|tnthsg|thtnsg|tnthtnsg|tnthmg|thtnmg|tnthtnmg|tnthlg|thtnlg|tnthtnlg|wavy|wavydb"
    r"|dashdotstr|emboss|engrave|frame|tbl|nil|w|cf|art|top|bottom)"
    r"|(?:ts|tscell|tr|cl)?(?:bg|cbg|cfpat|cbpat|cfpatraw|cbpatraw|bgd)"
    r"(?:bdiag|cross|dcross|dkbdiag|dkcross|dkdcross|dkfdiag|dkhor|dkhoriz|dkvert|fdiag|horiz|hor|vert)"
    r"|(?:al|dn|up|ex|)?(?:i|b|f|fs|lang|ul|uld|ulc|caps|scaps|strike|outl|shad|cf|cb|expnd|expndtw)"
    r"|a(?:b|i|f|fs|ul|uld|uldb|ulnone|ulw|caps|scaps|strike|outl|shad|cf|dn|up|expnd|lang)"
    r"|ul(?:d|db|dash|dashd|dashdd|hair|hwave|hwaved|ldash|none|p|th|thd|thdash|thdashd|thdashdd"
    r"|thldash|ululdbwave|uldbwave|wave|w|c|ldbwave)"
    r"|(?:chpgn|chdate|chdpl|chdpa|chtime|chatn|chftn|chftnsep|chftnsepc)"
    r"|(?:ftn|aftn|saftn|sftn)(?:nar|nauc|nalc|nrlc|nruc|nchi|nchosung|ncnum|ndbnum|ndbar|ndbnumd"
    r"|ndbnumt|ndbnumk|nganada|ngbnum|ngbnumd|ngbnuml|ngbnumk|nzodiac|nzodiacd|nzodiacl|start|restart"
    r"|rstcont|rstpg|bj|tj|alt|lytwwine)"
    r"|pgn(?:bidia|bidib|chosung|cnum|cont|dbnum|dbnumd|dbnumt|dbnumk|dec|decd|ganada|gbnum|gbnumd"
    r"|gbnuml|gbnumk|hindia|hindib|hindic|hindid|hn|hnsc|hnsh|hnsm|hnsn|hnsp|id|lcltr|lcrm|restart"
    r"|start|starts|thaia|thaib|thaic|ucltr|ucrm|vieta|x|y|zodiac|zodiacd|zodiacl)"
    r"|pn(?:across|aiu|aiud|aiueo|aiueod|b|bidia|bidib|caps|card|cf|cnum|dbnum|dbnumd|dbnumk|dbnuml"
    r"|dbnumt|dec|decd|f|fs|ganada|gblip|gbnum|gbnumd|gbnumk|gbnuml|hang|i|indent|iroha|irohad|lcltr"
    r"|lcrm|lvl|lvlblt|lvlbody|lvlcont|numonce|ord|ordt|prev|qc|ql|qr|rauth|rdate|rnfc|rnot|rpnbr"
    r"|rrgb|rstart|rstop|rxst|restart|scaps|sp|start|strike|uc|ucltr|ucrm|ul|uldash|uldashd|uldashdd"
    r"|uldb|ulhair|ulnone|ulth|ulw|ulwave|zodiac|zodiacd|zodiacl|chosung|seclvl)"
    r"|(?:ltr|rtl)(?:ch|doc|mark|par|row|sect|gutter)|(?:lo|hi|db)ch"
    r"|pict?(?:w|h|x|y)?(?:goal|scalex|scaley|scaled|bmp|bpp|prop|ext|w|h)?|piccrop[tblr]"
    r"|sb(?:k(?:col|even|none|odd|page))?|sb(?:auto|asedon)?|sa(?:auto)?|q[cjlrdkt]|s?l(?:mult)?"
)
_WORDS: Final = _set("""
    brsp rtf ansi mac pc pca ansicpg uc u upr ud deff deflang deflangfe adeff adeflang
    stshfdbch stshfloch stshfhich stshfbi themelang themelangfe themelangcs fbias fnil froman
    fswiss fmodern fscript fdecor ftech fbidi fcharset fprq cpg fttruetype ftnil flomajor
    fhimajor fdbmajor fbimajor flominor fhiminor fdbminor fbiminor red green blue ctint cshade
    cmaindarkone cmainlightone cmaindarktwo cmainlighttwo caccentone caccenttwo caccentthree
    caccentfour caccentfive caccentsix chyperlink cfollowedhyperlink cbackgroundone ctextone
    cbackgroundtwo ctexttwo s cs ts ds additive sbasedon snext slink sautoupd shidden slocked
    spersonal scompose sreply sqformat spriority sunhideused ssemihidden styrsid keycode shift
    ctrl alt fn tsrowd tsbgbdiag tscbandsh tscbandsv tscfirstrow tsclastrow tscfirstcol
    tsclastcol tscbandhorzodd tscbandhorzeven tscbandvertodd tscbandverteven tscnwcell
    tscnecell tscswcell tscsecell yts tsvertalt tsvertalc tsvertalb tsnowrap tscellwidth
    tscellwidthfts tsvertalc tscellcfpat tscellcbpat tscellpct tsd lsdstimax lsdlockeddef
    lsdsemihiddendef lsdunhideuseddef lsdqformatdef lsdprioritydef lsdpriority lsdunhideused
    lsdsemihidden lsdqformat lsdlocked listtemplateid listid listsimple listhybrid
    listrestarthdn listlevel levelnfc levelnfcn leveljc leveljcn levelfollow levelstartat
    levelold levelprev levelprevspace levelspace levelindent leveltemplateid levellegal
    levelnorestart levelpicture levelpicturenosize listoverride listoverridecount
    listoverridestartat listoverrideformat lfolevel ls ilvl listoverridestart pnlvl rsid
    rsidroot insrsid delrsid charrsid sectrsid pararsid tblrsid nofcharsws nofchars nofwords
    nofpages edmins vern version id yr mo dy hr min sec paperw paperh margl margr margt margb
    gutter landscape facingp widowctrl nowidctlpar deftab hyphhotz hyphconsec hyphcaps hyphauto
    linestart fracwidth makebackup defformat psover doctemp nextfile revisions revprop revbar
    revprot formprot formshade formdisp allprot annotprot readonlyrecommended enforceprot
    protlevel gutterprl margmirror rtlgutter pgnstart viewkind viewscale viewzk viewbksp
    windowcaption dghspace dgvspace dghorigin dgvorigin dghshow dgvshow dgsnap dgmargin jexpand
    jcompress lnongrid lnbrkrule lchars fchars brkfrm bdbfhdr swpbdr cvmme sprsspbf sprstsp
    sprslnsp sprsbsp sprstsm subfontbysize wrppunct wraptrsp transmf truncatefontheight truncex
    oldlinewrap oldas notabind noxlattoyen noultrlspc nospaceforul nolead noextrasprl nocolbal
    nocxsptable noafcnsttbl noatxtmaxfix noindnmbrts nobrkwrptbl nocompatoptions nocwrplft
    nojkernpunct nofeaturethrottle nofpages novcontbl nolnhtadjtbl noqfpromote noxlattoyen
    nouicompat msmcap lytprtmet lytexcttp lytcalctblwd lyttblrtgr lnht lnhtadjtbl lnbrkrule
    alntblind allowfieldendsel asianbrkrule ApplyBrkRules snaptogridincell wrppunct
    newtblstyruls nogrowautofit usenormstyforlist noundoovtbl useltbaln splytwnine ftnlytwnine
    htmautsp horzdoc vertdoc hwelev relyonvml validatexml donotembedsysfont donotembedlingdata
    showplaceholdtext showxmlerrors trackmoves trackformatting grfdocevents ignoremixedcontent
    saveinvalidxml savehttp stylelock stylelockbackcomp stylelockenforced stylelockqfset
    stylelocktheme stylesortmethod autofmtoverride spltpgpar dntblnsbdb tsd ogutter
    rempersonalinfo remdttm felnbrelev bookfold bookfoldrev bookfoldsheets krnprsnet
    cachedcolbal nolnhtadjtbl indmirror utinl widctlpar saveprevpict uinl wpjst wpsp
    toplinepunct pgbrdropt pgbrdrsnap pgbrdrhead pgbrdrfoot fet enddoc aenddoc endnotes
    aendnotes ftntj ftnbj sect sectd endnhere binfsxn binsxn sbknone cols colsx colno colsr
    colw linebetcol linemod linex linestarts linerestart lineppage linecont headery footery
    titlepg vertal vertalt vertalb vertalc vertalj pgwsxn pghsxn marglsxn margrsxn margtsxn
    margbsxn guttersxn margmirsxn lndscpsxn sectdefaultcl sectspecifycl sectspecifyl
    sectspecifygen sectexpand sectlinegrid sectunlocked stextflow ds pgndec vertsect saftnnar
    par pard plain line softline lbr page softpage softcol softlheight column pagebb hyphpar
    keep keepn level noline nosnaplinegrid outlinelevel sbys subdocument contextualspace fi
    cufi li lin culi ri rin curi adjustright faauto fahang facenter faroman favar fafixed sb sa
    lisb lisa sbauto saauto slmult tx tb tqr tqc tqdec tldot tlmdot tlhyph tlul tlth tleq
    jclisttab tab nooverflow intbl itap nesttableprops nestcell nestrow cell row trowd irow
    irowband lastrow trleft trgaph trrh trhdr trkeep trkeepfollow trql trqr trqc trautofit
    trpat trshdng trcfpat trcbpat trwWidth trftsWidth trwWidthB trftsWidthB trwWidthA
    trftsWidthA tblind tblindtype trauth trdate taprtl ltrrow rtlrow tphcol tphmrg tphpg
    tposnegx tposnegy tposx tposxc tposxi tposxl tposxo tposxr tposy tposyb tposyc tposyil
    tposyin tposyout tposyt tpvmrg tpvpara tpvpg tdfrmtxtLeft tdfrmtxtRight tdfrmtxtTop
    tdfrmtxtBottom tabsnoovrlp trspdol trspdob trspdot trspdor tbllkborder tbllkshading
    tbllkfont tbllkcolor tbllkbestfit tbllkhdrrows tbllklastrow tbllkhdrcols tbllklastcol
    tbllknorowband tbllknocolband tblrsid rawclbgbdiag cellx clmgf clmrg clvmgf clvmrg
    clvertalt clvertalc clvertalb cltxlrtb cltxtbrl cltxbtlr cltxlrtbv cltxtbrlv clftsWidth
    clwWidth clFitText clNoWrap clshdng clcfpat clcbpat clshdrawnil clshdngraw clcfpatraw
    clcbpatraw clhidemark clins cldel clmrgd clmrgdr clinsauth clinsdttm cldelauth cldeldttm
    clmrgdauth clmrgddttm cldgll cldglu clsplit clsplitr clbrdrt clbrdrl clbrdrb clbrdrr
    rawclbgcross b i f fs cf cb chcbpat chcfpat chshdng chbrdr highlight animtext accnone
    acccomma accdot acccircle accunderdot caps scaps charscalex cgrid g gcw gridtbl deleted
    revised dn up sub super nosupersub embo impr outl shad strike striked v webhidden noproof
    lang langfe langnp langfenp kerning expnd expndtw fittext nocwrplft horzvert twoinone ltrch
    rtlch cchs ab ai af afs hich loch dbch fcs afcs spv oleclsid mvf mvt mvauth mvdate crauth
    crdate revauth revauthdel revdttm revdttmdel ulc rtlmark ltrmark zwbo zwnbo zwj zwnj
    qmspace enspace emspace emdash endash bullet lquote rquote ldblquote rdblquote sectnum
    formfield chpgn ftnalt ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn aftnbj aftntj field
    flddirty fldedit fldlock fldpriv fldalt fldtype ffres ffdefres ffhaslistbox ffmaxlen
    ffownhelp ffownstat ffprot ffsize fftype fftypetxt ffhps ffrecalc ffcheckbox shpleft shptop
    shpright shpbottom shpz shplid shpbxpage shpbxmargin shpbxcolumn shpbxignore shpbypage
    shpbymargin shpbypara shpbyignore shpwr shpwrk shpfblwtxt shplockanchor shpfhdr shpnum
    shprslt sp dobxpage dobxcolumn dobxmargin dobypage dobypara dobymargin dodhgt dolock dpline
    dprect dpellipse dparc dppolygon dppolycount dppolyline dptxbx dptxbxmar dptxlrtb dptxtbrl
    dpgroup dpcount dpendgroup dpcallout dpx dpy dpxsize dpysize dpptx dppty dplinecor
    dplinecog dplinecob dplinecoa dplinecogray dplinew dplinesolid dplinehollow dplinedash
    dplinedado dplinedadodo dplinepal dplinedot dpfillbgcr dpfillbgcg dpfillbgcb dpfillfgcr
    dpfillfgcg dpfillfgcb dpfillbgpal dpfillfgpal dpfillpat dpfillbggray dpfillfggray dpshadow
    dpshadx dpshady dproundr dparcflipx dparcflipy dpastarthol dpastartsol dpastartw dpastartl
    dpaendhol dpaendsol dpaendw dpaendl dpcoa dpcolength dpcominusx dpcominusy dpcoaccent
    dpcobestfit dpcoborder dpcodabs absh absw abslock absnoovrlp absz dfrmtxtx dfrmtxty
    dxfrtext dropcapli dropcapt frmtxlrtb frmtxtbrl frmtxbtlr frmtxlrtbv frmtxtbrlv nowrap
    overlay phcol phmrg phpg posnegx posnegy posx posxc posxi posxl posxo posxr posy posyb
    posyc posyil posyin posyout posyt posylo pvmrg pvpara pvpg wrapdefault wraparound wraptight
    wrapthrough pngblip jpegblip emfblip macpict pmmetafile wmetafile dibitmap wbitmap
    wbmbitspixel wbmplanes wbmwidthbytes bliptag blipupi picscalex picscaley defshp picbmp
    picbpp bin proptype xmlns xmlsdttcell xmlsdttpara xmlsdttregular xmlsdttrow xmlsdttunknown
    xmlattr xmlattrns factoidname pgbrdrt pgbrdrb pgbrdrl pgbrdrr shading cfpat cbpat bkmkcolf
    bkmkcoll bkmkpub mmathPr mmathFont mbrkBin mbrkBinSub msmallFrac mdispDef mlMargin mrMargin
    mdefJc mwrapIndent mwrapRight mintLim mnaryLim mpreSp mpostSp minterSp mintraSp mlit mnor
    mscr msty pgdsc pgdscuse pgdscnxt pgdscno collapsed ilfomacatclnup deftabs hlfr hl tcf tcl
    tcn tc xe rxe txe ixe bxe pxe yxe tsr footnotesep sec expshrtn dbar aspalpha aspnum
    nonshppict forceupgrade fromtext fromhtml htmlbase removed protend protstart rstblind
    indrlsweleven afelev notcvasp notbrkcnstfrctbl notvatxbx cocoartf cocoasubrtf
    cocoatextscaling cocoaplatform cocoascreenfonts expandedcolortbl vieww viewh pardirnatural
    partightenfactor pardeftab cssrgb csgray csgenericrgb cspthree slleading slmaximum
    slminimum strokec strokewidth glcolor levelmarker fsmilli readonlydoc printdata nobreak
    hyphlead hyphtrail hyphmax ftnlytwwine ltrpar rtlpar pgnlcltr pnhang pntxta pntxtb uld uldb
    pnqc pnql pnqr pnlvlcont doccomm facpgsxn picscaled fnetwork ffilesys fvalidmac fvaliddos
    fvalidntfs fvalidhpfs
""")


def is_known(word: str) -> bool:
    """Whether a control word is one of the format's own."""
    return word in _WORDS or _FAMILIES.fullmatch(word) is not None
