"""The names of CDA R2 (POCD_HD000040 and the data types of HL7 V3), and values of closed lists."""

from __future__ import annotations

from typing import Final


def words_of(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


V3: Final = "urn:hl7-org:v3"
SDTC: Final = "urn:hl7-org:sdtc"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XML: Final = "http://www.w3.org/XML/1998/namespace"

NAMESPACES: Final = frozenset({V3, SDTC, XSI, f"{V3}/voc", "urn:hl7-org:v3/meta"})
"""What a prefix may stand for."""

PREFIXES: Final = words_of("xmlns cda v3 hl7 n1 ns0 ns1 ns2 ns3 ns4 voc sdtc xsi mif")
"""What a prefix may be called: any other name may say anything."""

INLINE: Final = frozenset({"content", "sub", "sup", "linkHtml", "footnoteRef", "renderMultiMedia"})
"""Elements of a narrative that stand in the middle of a sentence."""

BETWEEN_BLOCKS: Final = frozenset(
    {"table", "thead", "tbody", "tfoot", "tr", "colgroup", "list", "text"}
)
"""Elements of a narrative in which blanks between others are no text."""

_NARRATIVE: Final = (
    INLINE | BETWEEN_BLOCKS | words_of("paragraph br caption item td th col footnote")
)

ELEMENTS: Final = _NARRATIVE | words_of(
    """
    ClinicalDocument realmCode typeId templateId id code title effectiveTime confidentialityCode
    languageCode setId versionNumber copyTime recordTarget author dataEnterer informant custodian
    informationRecipient legalAuthenticator authenticator participant inFulfillmentOf
    documentationOf relatedDocument authorization componentOf component patientRole addr telecom
    patient providerOrganization name administrativeGenderCode birthTime maritalStatusCode
    religiousAffiliationCode raceCode ethnicGroupCode guardian birthplace languageCommunication
    guardianPerson guardianOrganization place modeCode proficiencyLevelCode preferenceInd
    standardIndustryClassCode asOrganizationPartOf wholeOrganization statusCode functionCode time
    assignedAuthor assignedPerson assignedAuthoringDevice representedOrganization
    manufacturerModelName softwareName asMaintainedEntity maintainingPerson assignedEntity
    assignedCustodian representedCustodianOrganization intendedRecipient receivedOrganization
    signatureCode relatedEntity relatedPerson associatedEntity associatedPerson
    scopingOrganization order priorityCode serviceEvent performer parentDocument consent
    encompassingEncounter dischargeDispositionCode responsibleParty encounterParticipant location
    healthCareFacility serviceProviderOrganization nonXMLBody structuredBody section text entry
    observation act encounter observationMedia organizer procedure regionOfInterest
    substanceAdministration supply subject relatedSubject specimen consumable product
    entryRelationship reference precondition criterion externalAct externalDocument
    externalObservation externalProcedure derivationExpr repeatNumber value interpretationCode
    methodCode targetSiteCode approachSiteCode referenceRange observationRange routeCode
    doseQuantity rateQuantity maxDoseQuantity administrationUnitCode independentInd quantity
    expectedUseTime manufacturedProduct manufacturedMaterial manufacturedLabeledDrug
    manufacturerOrganization lotNumberText participantRole playingDevice playingEntity
    scopingEntity desc specimenRole specimenPlayingEntity given family prefix suffix delimiter
    country state county city postalCode streetAddressLine houseNumber houseNumberNumeric
    direction streetName streetNameBase streetNameType additionalLocator unitID unitType careOf
    censusTract deliveryAddressLine deliveryInstallationType deliveryInstallationArea
    deliveryInstallationQualifier deliveryMode deliveryModeIdentifier buildingNumberSuffix postBox
    precinct useablePeriod validTime low high center width period phase event offset comp
    numerator denominator translation qualifier originalText thumbnail origin scale increment
    digits head standardDeviation sequenceNumber seperatableInd separatableInd awarenessCode
    personalRelationshipCode deceasedInd deceasedTime multipleBirthInd multipleBirthOrderNumber
    signatureText specialty inFulfillmentOf1 actReference precondition1 precondition2
    asPatientRelationship identifiedBy alternateIdentification category
    admissionReferralSourceCode expirationTime stabilityTime formCode ingredient
    ingredientManufacturedMaterial priorityNumber conjunctionCode criterion1 allTrue allFalse
    atLeastOneTrue atLeastOneFalse onlyOneTrue onlyOneFalse reasonCode
    """
)
"""The names of elements."""

ATTRIBUTES: Final = words_of(
    """
    classCode moodCode typeCode determinerCode contextControlCode contextConductionInd negationInd
    inversionInd nullFlavor use operator unsorted institutionSpecified qualifier mediaType
    representation partType type schemaLocation noNamespaceSchemaLocation nil styleCode valign
    align border rowspan colspan listType revised compression inclusive language codeSystemVersion
    unit value root extension assigningAuthorityName displayable code codeSystem codeSystemName
    displayName integrityCheck integrityCheckAlgorithm inverted currency alignment isFlexible
    independentInd seperatableInd valueSet valueSetName valueSetVersion probability xsi ID IDREF
    referencedObject href name title rel rev summary width height frame rules cellspacing
    cellpadding abbr axis headers scope span char charoff lang space base xmlns specializationType
    """
)
"""The names of attributes, without their namespace."""

STRUCTURAL: Final = words_of(
    """
    classCode moodCode typeCode determinerCode contextControlCode contextConductionInd negationInd
    inversionInd nullFlavor use operator unsorted institutionSpecified qualifier representation
    partType type nil styleCode valign align border rowspan colspan listType revised inclusive
    displayable inverted alignment independentInd seperatableInd integrityCheckAlgorithm
    isFlexible width height frame rules cellspacing cellpadding scope span space mediaType lang
    language currency
    """
)
"""Attributes whose values are of closed lists, see `VALUES`."""

VALUES: Final = words_of(
    """
    true false preserve default B64 TXT ACT ACCM CONS CTTEVENT INC INFRM PCPR REG SPCTRT DOC
    DOCCLIN CDALVLONE OBS ALRT CLNTRL CNOD CNTRCT COND DGIMG INVSTG MPROT OBSSER OBSCOR SPCOBS
    CLUSTER BATTERY PROC SBADM SPLY DIET ENC ORGANIZER TRNS XACT LIST TRFR ROIBND ROIOVL GENACT
    ASSIGNED PAT PROV GUAR GUARD BIRTHPL DSDLOC SDLOC ISDLOC MANU RELAT PRS CIT COV SUBS ECON NOK
    CON AGNT CAREGIVER CASEBJ CRINV CLAIM COVPTY DEPEN DST EMP EXPR HCFAC HLD HLTHCHRT IDENT INDIV
    INVSBJ LIC MIL MNT NOT OWN PART PAYEE PAYOR POLHOLD QUAL RESBJ SGNOFF SPEC SPNSR STD STOR TERR
    THER TPA USED WRTE BASE ACTI ADTV CNTM FLVR INGR ISO ACCESS LOCE ROL PSN ORG DEV MMAT MAT ENT
    PLC CITY COUNTRY COUNTY PROVINCE STATE NAT FOOD HCE CHEM ANM MIC PLNT LIV NLIV CER MODDV CONT
    HOLD RGRP PUB INSTANCE KIND QUANTIFIED EVN RQO INT PRMS PRP DEF GOL APT ARQ CRT EVN.CRT PERM
    PERMRQ OPT SLOT AUT AUTHEN ENT INF CST LA PRF PPRF SPRF RCT PRCP TRC IND DIR LOC DEV SBJ PRD
    CSM SPC VRF WIT REFB REFT RESP ADM ATND CON DIS DIST ESC EXT NOT HLD COV CALLBCK DON NRD RDV
    TYPE ORG RML VIA BBY BEN ENTR REF GUAR INFO RESPROF GAGNT COMP CAUS COVBY DRIV ELNK EVID
    EXACBY GEVL GEN GOAL MFST NAME OPTN PREV PERT REFR REFV RSON RPLC APND XFRM SAS SAE SUBJ SPRT
    SPRTBND SUCC SUMM SEQL UPDT XCRPT CIND FLFS MITGT OCCR SCH STEP XADD XSUBJ AN ON OP NI INV
    NINF PINF OTH UNC MSK NA UNK ASKU NASK NAV NAVU QS TRC DER H HP HV WP PUB BAD TMP PHYS PST DIR
    AS EC MC PG C L A I R ASGN P S SRCH PHON SYL SNDX ABC IDE LS BR NB NS PR AC VV CL IN SP TITLE
    OR OLD HD BIR DEL ADL AL BNN BNR BNS BS CAR CEN CNT CPA CTY DAL DINST DINSTA DINSTQ DMOD
    DMODID INT POB PRE SAL STA STB STR STTYP UNID UNIT ZIP BNR ST ED CD CE CV CS CO BL BN II TEL
    AD EN PN ON TN TS IVL_TS PIVL_TS EIVL_TS SXCM_TS SXPR_TS IVXB_TS INT IVL_INT REAL IVL_REAL PQ
    IVL_PQ PQR RTO RTO_PQ_PQ RTO_QTY_QTY MO IVL_MO SC GLIST_PQ GLIST_TS SLIST_PQ SLIST_TS BXIT_CD
    HXIT_CE HXIT_PQ PIVL_PPD_TS EIVL_PPD_TS IVL_PPD_TS ANY QTY Bold Underline Italics Emphasis
    Lrule Rrule Toprule Botrule Arabic LittleRoman BigRoman LittleAlpha BigAlpha Disc Circle
    Square xRowHeader xMono xIndent xSectionHead xEmphasis xAllIndent xHPIndent xParagraph
    xContentWrapping xRowGroup xColGroup ordered unordered insert delete left right center justify
    top middle bottom baseline row col rowgroup colgroup all none groups rows cols box above below
    hsides vsides lhs rhs void SHA-1 SHA-256 USD EUR GBP CAD AUD text/plain text/x-hl7-text+xml
    text/html text/rtf text/xml text/css application/pdf application/rtf application/xml
    application/msword image/gif image/tiff image/jpeg image/png image/g3fax application/dicom
    audio/basic audio/mpeg video/mpeg application/hl7-sda+xml
    application/vnd.openxmlformats-officedocument.wordprocessingml.document
    """
)
"""The values of those lists; any other value is read as text."""

PLAIN_NAMES: Final = frozenset(
    {
        "LOINC", "SNOMED CT", "SNOMED-CT", "SNOMEDCT", "RxNorm", "ICD-10-CM", "ICD-10", "ICD-9-CM",
        "ICD-9CM", "ICD10", "ICD9", "CVX", "CPT", "CPT-4", "CPT4", "HCPCS", "NDC", "UNII", "UCUM",
        "ActCode", "ActStatus", "ActClass", "ActMood", "AdministrativeGender", "MaritalStatus",
        "Confidentiality", "ConfidentialityCode", "ObservationInterpretation",
        "ReligiousAffiliation",
        "LanguageAbilityMode", "RoleCode", "NUCC", "FDA RouteOfAdministration", "NCI Thesaurus",
        "HL7ActCode", "HL7 ActCode", "Race and Ethnicity - CDC", "CDC Race and Ethnicity",
        "Male", "Female", "Married", "Never Married", "Divorced", "Widowed", "Normal", "Active",
    }
)  # fmt: skip
"""Names of code systems and codes that are read as they are."""

TITLES: Final = words_of(
    """
    Mr Mrs Ms Miss Dr Prof Rev MD DO RN NP PA PhD DDS DMD DPM PharmD BSN MSN FNP APRN CNP PA-C LPN
    Jr Sr II III IV Esq
    """
)
"""Prefixes and suffixes of names that say nothing of a person."""
