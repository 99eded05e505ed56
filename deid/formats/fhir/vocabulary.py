"""What FHIR R4B and R5 know by name: closed lists that identify nobody (hl7.org/fhir).

A test compares them with what another library knows of the common resources.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RESOURCES: Final = _words(
    """
    Account ActivityDefinition ActorDefinition AdministrableProductDefinition AdverseEvent
    AllergyIntolerance Appointment AppointmentResponse ArtifactAssessment AuditEvent Basic
    Binary BiologicallyDerivedProduct BiologicallyDerivedProductDispense BodyStructure Bundle
    CanonicalResource CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
    ChargeItemDefinition Citation Claim ClaimResponse ClinicalImpression ClinicalUseDefinition
    CodeSystem Communication CommunicationRequest CompartmentDefinition Composition ConceptMap
    Condition ConditionDefinition Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceAssociation DeviceDefinition
    DeviceDispense DeviceMetric DeviceRequest DeviceUsage DeviceUseStatement DiagnosticReport
    DocumentManifest DocumentReference Encounter EncounterHistory Endpoint EnrollmentRequest
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceReport EvidenceVariable
    ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag FormularyItem GenomicStudy
    Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingSelection ImagingStudy
    Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide
    Ingredient InsurancePlan InventoryItem InventoryReport Invoice Library Linkage List Location
    ManufacturedItemDefinition Measure MeasureReport Media Medication MedicationAdministration
    MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
    MedicinalProductDefinition MessageDefinition MessageHeader MetadataResource
    MolecularSequence NamingSystem NutritionIntake NutritionOrder NutritionProduct Observation
    ObservationDefinition OperationDefinition OperationOutcome Organization
    OrganizationAffiliation PackagedProductDefinition Parameters Patient PaymentNotice
    PaymentReconciliation Permission Person PlanDefinition Practitioner PractitionerRole
    Procedure Provenance Questionnaire QuestionnaireResponse RegulatedAuthorization
    RelatedPerson RequestGroup RequestOrchestration Requirements ResearchDefinition
    ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment Schedule
    SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition
    StructureMap Subscription SubscriptionStatus SubscriptionTopic Substance SubstanceDefinition
    SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
    SubstanceSourceMaterial SupplyDelivery SupplyRequest Task TerminologyCapabilities TestPlan
    TestReport TestScript Transport ValueSet VerificationResult VisionPrescription
    """
)
"""Names of resources."""

ELEMENTS: Final = _words(
    """
    abatementAge abatementDateTime abatementPeriod abatementRange abatementString
    abnormalCodedValueSet about abstract accept acceptLanguage accessionIdentifier
    accessionNumber accident account accountNumber achievementStatus action actionId active
    activity actor actorCanonical actorId actorReference actual actualArm actualComparisonGroup
    actualGroup actualNumber actualPeriod actuality add addItem additional additionalAttribute
    additionalCharacteristic additionalClassification additionalContext additionalIdentifier
    additionalInfo additionalInstruction additionalMonitoringIndicator additionalUse additive
    additiveCodeableConcept additiveProductName additiveReference additiveType address
    addressContactPoint addressExtendedContactDetail addressString addressUrl addresses
    adherence adjudication adjustment adjustmentReason administeredBy administeredProduct
    administrableDoseForm administration administrationGuidelines administrationInstruction
    administrationTreatment admission admitSource affectsState affiliation affiliationInfo age
    ageAge ageCodeableConcept ageRange ageString agent aggregate aggregateMethod aggregation
    alias allDay allergenicIndicator allergyIntolerance allocation allowed allowedBoolean
    allowedCodeableConcept allowedMoney allowedResponse allowedString allowedType
    allowedUnsignedInt altId alternate alternateMaterial alternative altitude amount
    amountQuantity amountRange amountRatio amountString amountType analysis anchor answer
    answerBoolean answerCoding answerConstraint answerDate answerDateTime answerDecimal
    answerInteger answerOption answerQuantity answerReference answerString answerTime
    answerValueSet any applicability application applies appliesTo appliesToAll appointment
    appointmentRequired appointmentType approvalDate areaOfHybridisation areaUnderCurve arm
    articleDate artifact artifactAssessment artifactCanonical artifactReference artifactUri
    asNeeded asNeededBoolean asNeededCodeableConcept asNeededFor assert asserter assertion
    assessment assessmentMethod assessor asset assignedArm assignedComparisonGroup assigner
    associatedMedication associatedParty association associationType assurance attachedDocument
    attachment attestation attestationSignature attester attribute attributeEstimate
    authenticator author authorDescription authorReference authorString authorType authored
    authoredOn authoritative authority authorization authorizationRequired
    authorizationSupporting authorizationUrl authorizingPrescription autocreate autodelete
    availability availabilityExceptions availabilityStatus availableEndTime availableStartTime
    availableTime average averageMolecularFormula axis backCurve balance base baseCitation
    baseDefinition baseFormulaProductName baseFormulaType baseUnit basedOn basis batch
    beneficiary benefit benefitBalance benefitPeriod billablePeriod billingStatus binding
    biologicalSourceEvent birthDate bodyLandmarkOrientation bodySite bodyStructure bodysite
    bornDate bornPeriod bornString boundsDuration boundsPeriod boundsRange brand
    businessArrangement businessStatus cTerminalModification cTerminalModificationId
    calculatedAt calibration caloricDensity canFilterBy canPushUpdates cancelationReason
    cancellationDate cancellationReason cancelledReason candidate cap capabilities capability
    capacity cardBrand cardinalityBehavior careManager careTeam careTeamSequence carrierAIDC
    carrierHRF case caseSensitive category causality certainty chain changePattern changeType
    channel channelType characteristic characteristicCodeableConcept characteristicCombination
    characteristicQuantity characteristicType characterization chargeItem chargeItemCode
    chargeItemCodeableConcept chargeItemReference check chromosome cigar citation citeAsMarkdown
    citeAsReference citedArtifact citedMedium city claim claimResponse class classHistory
    classification classifier classifierCopyright clinicalRecommendationStatement clinicalStatus
    clinicalTrial clinicalUseIssue clockFacePosition closingTime closure code
    codeCodeableConcept codeFilter codeMap codeReference codeSearch codeSystem coding
    collectedDateTime collectedPeriod collection collectiveName collector color combined
    combinedPharmaceuticalDoseForm combining comment communication communicationMethod
    communicationRequest comorbidity comparator compareToSourceExpression compareToSourceId
    compareToSourcePath comparisonGroup compartment complete completionTime complication
    complicationDetail component componentPart compose compositeScoring composition
    compositional comprisedOf concentrationCodeableConcept concentrationQuantity
    concentrationRatio concentrationRatioRange concept conclusion conclusionCode condition
    conditionalCreate conditionalDelete conditionalPatch conditionalRead conditionalUpdate
    conditionality confidentiality confidentialityIndicator conformance conformsTo
    connectionType connectivity consent const constituent constraint consumedItem contact
    contained containedInstance containedItem containedItemQuantity container contains content
    contentAttachment contentCodeableConcept contentDefinition contentDerivative
    contentReference contentString contentType context contextInvariant contextLinkId
    contextType continuous contract contraindicatedVaccineCode contraindication
    contributedToDeath contributingFactor contributionInstance contributionType contributor
    contributorship control controller conversionFactor coordinate coordinateSystem
    copackagedIndicator copolymerConnectivity copyright copyrightLabel correctiveAction
    correspondingContact cors cost costCenter costCodeableConcept costMoney costToBeneficiary
    count countMax countType countingDateTime country countryLanguage countryOfOrigin
    courseOfTherapyType coverage coverageArea coveragePeriod coverageTiming created
    createdDateTime createdPeriod creation criteria criticalCodedValueSet criticality
    crossReference currency current currentLocation currentState custodian customaryUnit cycle
    cylinder dailyAmount data dataAbsentReason dataPeriod dataRequirement dataUpdateType
    datasetId date dateAccessed dateAsserted dateCriterion dateDateTime dateFilter
    dateOfDiagnosis dateOfPublication dateOfService datePeriod dateRange dateTime dateWritten
    day dayOfMonth dayOfWeek daysOfWeek daysSupply deceasedAge deceasedBoolean deceasedDate
    deceasedDateTime deceasedRange deceasedString decimalPrecision decision decisionMode
    defaultManualCompletion defaultValue defaultValueAddress defaultValueAge
    defaultValueAnnotation defaultValueAttachment defaultValueAvailability
    defaultValueBase64Binary defaultValueBoolean defaultValueCanonical defaultValueCode
    defaultValueCodeableConcept defaultValueCodeableReference defaultValueCoding
    defaultValueContactDetail defaultValueContactPoint defaultValueContributor defaultValueCount
    defaultValueDataRequirement defaultValueDate defaultValueDateTime defaultValueDecimal
    defaultValueDistance defaultValueDosage defaultValueDuration defaultValueExpression
    defaultValueExtendedContactDetail defaultValueHumanName defaultValueId
    defaultValueIdentifier defaultValueInstant defaultValueInteger defaultValueInteger64
    defaultValueMarkdown defaultValueMeta defaultValueMoney defaultValueOid
    defaultValueParameterDefinition defaultValuePeriod defaultValuePositiveInt
    defaultValueQuantity defaultValueRange defaultValueRatio defaultValueRatioRange
    defaultValueReference defaultValueRelatedArtifact defaultValueSampledData
    defaultValueSignature defaultValueString defaultValueTime defaultValueTiming
    defaultValueTriggerDefinition defaultValueUnsignedInt defaultValueUri defaultValueUrl
    defaultValueUsageContext defaultValueUuid definition definitionByCombination
    definitionByTypeAndValue definitionCanonical definitionCodeableConcept
    definitionDataRequirement definitionExpression definitionId definitionReference
    definitionUri definitional degreeOfPolymerisation deleted deliverFor deliverFrom deliverTo
    deliveryDevice denominator dependency dependent dependsOn depth derivation derivedFrom
    derivedFromCanonical derivedFromUri description descriptionSummary designation destination
    detail detailBoolean detailCodeableConcept detailInteger detailQuantity detailRange
    detailRatio detailSequence detailString details detected detectedIssue developmentStage
    device deviceIdentifier deviceName diagnosis diagnosisCodeableConcept diagnosisReference
    diagnosisRelatedGroup diagnosisSequence diagnostics diameter dietPreference differential
    dimensions direction directnessMatch disabledDisplay dischargeDisposition disclaimer
    discriminator diseaseStatus diseaseSymptomProcedure dispenseInterval dispenseRequest
    dispenser dispenserInstruction display displayName disposition distanceFromLandmark
    distinctIdentifier distributor district disulfideLinkage div division doNotPerform docStatus
    document documentType documentation domain dosage dosageInstruction dose
    doseAdministrationAid doseAndRate doseForm doseNumber doseNumberPositiveInt doseNumberString
    doseQuantity doseRange doseStatus doseStatusReason dosingGuideline drugCharacteristic due
    dueDate dueDuration duration durationMax durationQuantity durationRange durationString
    durationUnit during dynamicValue edit editor education effect effectiveDate
    effectiveDateTime effectiveDosePeriod effectiveInstant effectivePeriod effectiveTime
    effectiveTiming element eligibility emptyReason enableBehavior enableWhen encodeRequestUrl
    encounter end endDate endParam endRelationship endorser endpoint endpointReference
    endpointUrl enrollment enteralFormula enteredDate enterer entity entityCodeableConcept
    entityReference entityRelatedness entry entryClassifier entryQuantity entryReference
    entryType environmentType environmentalSetting episodeOfCare equivalence error estimate
    estimatedAge etag evaluatedResource evaluationMessage event eventCanonical
    eventCodeableConcept eventCoding eventDateTime eventHistory eventId eventNumber
    eventReference eventTrigger eventUri eventsSinceSubscriptionStart evidence exact example
    exampleBoolean exampleCanonical exception exclude excludeFoodModifier excluded
    excludedStructure excludingDate excludingRecurrenceId exclusionCriteria executionPeriod
    exitCriteria expansion expectedInResearchStudy expectedSupplyDuration experimental
    expirationDate expirationType expiry exposure exposureAlternative exposureRoute expressedBy
    expression extends extension externalDiameter extraDetails eye fMeasure fScore facility
    facilityType factor factorOverride failureAction family fastingStatusCodeableConcept
    fastingStatusDuration feature fhirPathCriteria fhirVersion fhir_comments field file filter
    filterBy filterDefinition filterParameter financial finding firstDose firstPage fivePrime
    fixedAddress fixedAge fixedAnnotation fixedAttachment fixedAvailability fixedBase64Binary
    fixedBoolean fixedCanonical fixedCode fixedCodeableConcept fixedCodeableReference
    fixedCoding fixedContactDetail fixedContactPoint fixedContributor fixedCount
    fixedDataRequirement fixedDate fixedDateTime fixedDecimal fixedDistance fixedDosage
    fixedDuration fixedExpression fixedExtendedContactDetail fixedHumanName fixedId
    fixedIdentifier fixedInstant fixedInteger fixedInteger64 fixedMarkdown fixedMeta fixedMoney
    fixedOid fixedParameterDefinition fixedPeriod fixedPositiveInt fixedQuantity fixedRange
    fixedRatio fixedRatioRange fixedReference fixedRelatedArtifact fixedSampledData
    fixedSignature fixedString fixedTime fixedTiming fixedTriggerDefinition fixedUnsignedInt
    fixedUri fixedUrl fixedUsageContext fixedUuid fixture flag fluidConsistencyType focal
    focalDevice focus focusReference followUp foodPreferenceModifier foodType for forecastReason
    forecastStatus forenameInitials form formCode formOf format formatted fraction
    fractionDescription frameOfReferenceUid frames freeToShare frequency frequencyMax
    frequencyOfOccurrence friday friendly fullUrl function fundingSource fundsReserve
    fundsReserveRequested gateway gender gene geneElement geneSequenceOrigin generalCost
    generalPractitioner generatedByIdentifier generatedByReference generation genomeAssembly
    genomeBuild genus geographicalLocation geometry gestationalAge given global goal goalId
    grade grantee grantor graph group groupDefinition groupIdentifier groupMeasure groupSize
    grouping groupingBehavior groupingId gtFP guarantor guidance guideline halfLifePeriod
    handling hasBodySite hasIngredient hasMember hasPart hasSeverity hasStage hash header
    headerField healthcareService heartbeatPeriod height hierarchical hierarchyMeaning high
    highNumerator hint history holder hospitalization hoursOfOperation human hybrid hybridType
    id identifiedDateTime identifiedPeriod identifier identity identityCertificate ifMatch
    ifModifiedSince ifNoneExist ifNoneMatch image imageRegion2D imageRegion3D imagingStudy
    immunizationEvent immutable implementation implementationGuide implicated implicitRules
    import imports imprint improvementNotation impurity inResponseTo inactive incidence include
    includedStructure inclusionCriteria incomplete index indication indicationCodeableConcept
    indicationGuideline indicationReference individual inforce information informationProvider
    informationSequence informationSource informationType ingredient ingredientLabel initial
    initialFill initialSelected initials initiator initiatorActive inner input inputParameters
    inputPopulationId inputProfile installDate instance instanceCodeableConcept
    instanceReference instancesQuantity instancesRange instantiates instantiatesCanonical
    instantiatesReference instantiatesUri instruction instructionMarkdown instructionReference
    insurance insurancePlan insurer intended intendedEffect intendedExposure
    intendedJurisdiction intendedRoute intendedUse intent interactant interaction interpretation
    interpreter interval intervalUnit intraspecificDescription intraspecificType
    inventoryListing inventoryStatus investigation isActive isDefault isDefining isDerived
    isExample isModifier isModifierReason isSubPotent isSubpotent isSummary issue issued issuer
    issuerType issues item itemCodeableConcept itemReference itemSequence itemStatus
    jurisdiction justification key keyword kind kinetics kingdom knownAllergen knownDataCount
    label landmarkDescription language languageCode lastModified lastOccurrence
    lastOccurrenceDate lastPage lastPerformed lastReviewDate lastRevisionDate lastUpdated
    laterality latitude legal legalState legalStatusOfSupply legallyBindingAttachment
    legallyBindingReference length lensSpecification lethalDose50 level library license
    lifecycle lifecycleStatus limit line lineItem link linkCanonical linkId linkUri linkage
    listMode listOrder listRuleId literal location locationAddress locationCode
    locationCodeableConcept locationQualifier locationReference lockedDate logMessage longitude
    lotNumber low lowNumerator lowerLimit management manager managingEntity managingOrganization
    manifest manifestation manipulated manipulation manufactureDate manufacturedDoseForm
    manufacturer manufacturerReference manufacturerString map mapping maritalStatus
    marketDistribution marketPeriod marketingAuthorizationHolder marketingStatus masterFile
    masterIdentifier matchStatus material materialType maternalOrganismId maternalOrganismName
    max maxCount maxDispense maxDosePerAdministration maxDosePerDay maxDosePerLifetime
    maxDosePerPeriod maxDosePerTreatmentPeriod maxDuration maxLength maxParticipants
    maxSingleDose maxTreatmentPeriod maxValueDate maxValueDateTime maxValueDecimal
    maxValueInstant maxValueInteger maxValueInteger64 maxValuePositiveInt maxValueQuantity
    maxValueTime maxValueUnsignedInt maxVolumeToDeliver meaning meaningWhenMissing measure
    measureScore measureScoreCodeableConcept measureScoreDateTime measureScoreDuration
    measureScorePeriod measureScoreQuantity measureScoreRange measurementFrequency
    measurementPeriod measurementPoint measurementType media medication
    medicationCodeableConcept medicationReference medicineClassification medium member
    membership message messaging meta metadata method methodType milestone mimeType min
    minValueDate minValueDateTime minValueDecimal minValueInstant minValueInteger
    minValueInteger64 minValuePositiveInt minValueQuantity minValueTime minValueUnsignedInt
    minimumId minimumVolumeQuantity minimumVolumeString minutesDuration mitigatingAction
    mitigation modality mode modelCharacteristic modelNumber modification modifier
    modifierExtension moduleCanonical moduleCodeableConcept moduleUri moiety molecularFormula
    molecularFormulaByMoiety molecularWeight monday monitoringProgram monograph monomerSet month
    monthInterval monthlyTemplate morphology multipleAnd multipleBirthBoolean
    multipleBirthInteger multipleOr multipleResultsAllowed mustHaveValue mustSupport
    nTerminalModification nTerminalModificationId name namePart nameReference nameType nameUrl
    narrative navigationLinks need needsMap net netContent network networkReference
    networkString networkUri next nextScheduled noMap node nodeId nominalVolume
    normalCodedValueSet normalValue notAvailable notAvailableTime notConsumed notConsumedReason
    notPerformedReason note noteNumber notificationEvent notificationShape nthWeekOfMonth
    nucleicAcid numFN numFP numTP number numberAffected numberOfEvents numberOfInstances
    numberOfParticipants numberOfRepeatsAllowed numberOfSeries numberOfStudies numberOfSubunits
    numerator nutrient nutritionProduct object objective observation observationRequirement
    observationResultRequirement observed observedAllele observedGroup observedSeq observer
    occurenceDateTime occurencePeriod occurenceTiming occurredDateTime occurredPeriod
    occurrenceAge occurrenceChanged occurrenceCount occurrenceDate occurrenceDateTime
    occurrencePeriod occurrenceRange occurrenceString occurrenceTiming offer offeredIn official
    offset offsetDuration offsetRange offsets oligoNucleotideType onAdmission onBehalfOf onHold
    onlineInformation onset onsetAge onsetDateTime onsetPeriod onsetRange onsetString op
    openingTime operation operationType operationTypeReason operationalStatus operator
    opticalActivity option oralDiet order orderDetail orderMeaning orderable ordered orderedBy
    orderer ordinalPosition organism organismGeneral organismId organismName organismType
    organization organizationReference orientation origin originRelationshipType
    originalPrescription originatingAppointment other otherMap otherTherapy outcome outcomeCode
    outcomeCodeableConcept outcomeDesc outcomeMeasure outcomeReference outer output
    outputParameters outputProfile outsideFoodAllowed overbooked overload overrideReason ownedBy
    owner package packageCode packageFor packageId packagedMedicinalProduct packagedProduct
    packaging page pageCount pageString pages paging param parameter parameterFocus
    parameterName params parent parentDevice parentSubstanceId parentSubstanceName part
    partDescription partLocation partNumber partOf participant participantEffectiveDateTime
    participantEffectiveDescription participantEffectiveDuration
    participantEffectiveGroupMeasure participantEffectivePeriod
    participantEffectiveTimeFromStart participantEffectiveTiming participantStatus
    participantType participatingOrganization party patchFormat paternalOrganismId
    paternalOrganismName path patient patientCharacteristic patientCharacteristics
    patientInstruction patientPaid patientPreparation patternAddress patternAge
    patternAnnotation patternAttachment patternAvailability patternBase64Binary patternBoolean
    patternCanonical patternCode patternCodeableConcept patternCodeableReference patternCoding
    patternContactDetail patternContactPoint patternContributor patternCount
    patternDataRequirement patternDate patternDateTime patternDecimal patternDistance
    patternDosage patternDuration patternExpression patternExtendedContactDetail
    patternHumanName patternId patternIdentifier patternInstant patternInteger patternInteger64
    patternMarkdown patternMeta patternMoney patternOid patternParameterDefinition patternPeriod
    patternPositiveInt patternQuantity patternRange patternRatio patternRatioRange
    patternReference patternRelatedArtifact patternSampledData patternSignature patternString
    patternTime patternTiming patternTriggerDefinition patternUnsignedInt patternUri patternUrl
    patternUsageContext patternUuid pause payee payeeType payload payloadMimeType payloadType
    payment paymentAmount paymentBy paymentDate paymentIdentifier paymentIssuer paymentStatus
    paymentTerms payor pediatricUseIndicator performedActivity performedAge performedDateTime
    performedPeriod performedRange performedString performer performerLinkId performerRole
    performerType performingOrganization period periodDate periodDuration periodMax periodPeriod
    periodString periodType periodUnit periodicRelease permittedDataType permittedUnit person
    phase photo phylum physicalCharacteristics physicalType physiologicalCondition plan
    plannedActivityReference plannedEndDate plannedStartDate planningHorizon pointer points
    policy policyBasis policyHolder policyRule policyText polymer population position
    postConditions postalCode power practiceSetting practitioner preAdmissionIdentifier
    preAuthPeriod preAuthRef preAuthRefPeriod preConditions precedence precheckBehavior
    precision precondition predecessor prediction preference preferred preferredReportName
    prefix preparation preparationInstruction preparedDate prescriber prescription
    presentationCodeableConcept presentationDate presentationQuantity presentationRatio
    presentationRatioRange presentedForm preventiveAction previous previousAppointment
    priceComponent priceOverride primaryPurposeType primarySource principalInvestigator
    priorPrescription priorRequest priority prism probabilityDecimal probabilityRange problem
    procedure procedureCode procedureCodeableConcept procedureReference procedureSequence
    process processNote processing processingFacility processingMode processor producedFrom
    product productCategory productCharacteristic productCode productCodeableConcept productName
    productOrService productOrServiceEnd productReference productRelatedness productStatus
    productType productionIdentifierInUDI profile prognosisCodeableConcept prognosisReference
    program programCode programEligibility programStatus progress progressStatus property
    propertyGroup proposedNewTime protein protocol protocolApplied protocolPerformed providedBy
    provider provision proxyIdentityCertificate proxySignature publicationDate
    publicationDateSeason publicationDateText publicationForm publicationStatus publishedIn
    publisher publisherLocation purpose purposeOfEvent purposeOfUse pushTypeAvailable
    qualification qualifiedInterval qualifiedValue qualifier qualifiers qualitativeRisk quality
    quantitativeDetails quantity quantityQuantity quantityRange quantityRatio query
    queryCriteria queryFP queryTP question questionnaire race range rangeCategory rank
    rankingOrder rate rateAggregation rateQuantity rateRange rateRatio rater rating
    ratioHighLimitAmount ratioType rationale reAdmission reaction readCoverage readHistory
    readOnly readsetId reason reasonCode reasonLinkId reasonReference reasonStopped recall
    received receivedTime receiver receiverActive recipient recommendation recorded recordedDate
    recordedOn recorder recruitment recurrenceId recurrenceTemplate recurrenceType recurring ref
    reference referenceAllele referenceDocument referenceInformation referenceNumber
    referencePolicy referenceRange referenceSeq referenceSeqId referenceSeqPointer
    referenceSeqString referenceStrength referencedFrom referencedItem referral referralMethod
    referralRequest referrer region regionType regionsCalled regionsStudied regulator regulatory
    regulatoryAuthority regulatoryBasis regulatoryIdentifier rejectionCriterion related
    relatedAccount relatedAction relatedArtifact relatedClinicalInformation relatedData
    relatedDevice relatedEntry relatedIdentifier relatedItem relatedMedicationKnowledge
    relatesTo relation relationship relationshipType relationtype relative relativePath
    relativeRisk releaseDate relevantHistory reliableCache renderedDosageInstruction rendering
    repeat repeatUnit repeatUnitAmountType repeats repetitions replacedSequence
    replacementSequence replaces report reportOrigin reported reportedBoolean reportedDateTime
    reportedReference reporter reportingPeriod reportingVendor repository representation request
    requestHeader requestId requestIdentifier requestMethod requestProvider requestURL
    requestedLocation requestedPerformer requestedPeriod requester requesterLinkId
    requestingOrganization requestor requireBoth required requiredBehavior requirement
    requirements requisition residueSite resource resourceId resourceReference resourceTrigger
    resourceType response responseCode responseId responseRequired responsibility responsible
    responsibleOrganization responsibleParty rest restoreDate restriction result resultForCreate
    resultForDelete resultingCondition resultingEffect resultsInterpreter retentionTime
    returnedAmount revInclude revenue reviewOutcome reviewer riskAdjustment roc role route
    routeOfAdministration routeofAdministration rule rules safety sampleSize satisfiedBy
    saturday scale schedule scheduledPeriod scheduledString scheduledTiming scope score scoring
    scoringUnit script search searchInclude searchParam searchRevInclude searchType season
    section security securityContext securityLabel securityLabelNumber selectionBehavior sender
    sensitivity sent sequence sequenceAttachment sequenceCodeableConcept sequenceRange
    sequenceReference sequenceString sequenceType serialNumber series seriesDoses
    seriesDosesPositiveInt seriesDosesString seriesNumber seriesUid seriousness service
    serviceCategory servicePeriod serviceProvider serviceProvisionCode serviceType servicedDate
    servicedPeriod sessionKey setup severity sex shape shelfLifeStorage short shortDoco
    shortTitle sigFormat signature signer singleUse site situation size sliceIsConstraining
    sliceName slicing slot snapshot software sopClass sort source sourceAttachment
    sourceCanonical sourceDocument sourceId sourceIdentityCertificate sourceMarkdown
    sourceMaterial sourceMaterialClass sourceMaterialState sourceMaterialType sourcePatientInfo
    sourceReference sourceScopeCanonical sourceScopeUri sourceSignature sourceString sourceUri
    sourceUrl sourceVersion spatialReference specialArrangement specialCourtesy specialMeasures
    specialPrecautionsForStorage specialization specialty species specificCost specification
    specimen specimenQuantity specimenRequirement sphere sponsor stabilityDuration stage
    standardSequence start startCodeableConcept startDate startParam started startingMaterial
    startingSequence state statement statistic statisticType status statusChanged statusDate
    statusHistory statusReason statusReasonCodeableConcept statusReasonReference step
    stereochemistry stopTestOnFail storage storageGuideline storageTempRequirements strand
    stratifier stratum strength strengthCodeableConcept strengthQuantity strengthRatio
    strengthRatioRange structuralRepresentation structure structureProfileCanonical
    structureProfileUri structureType structureVariant structureVersion study studyDesign
    studyEffectiveDateTime studyEffectiveDescription studyEffectiveDuration
    studyEffectiveGroupMeasure studyEffectivePeriod studyEffectiveTimeFromStart
    studyEffectiveTiming studyType studyUid style subDetail subDetailSequence subJurisdiction
    subPotentReason subProperty subSite subType subcomponent subdetailSequence subject
    subjectCanonical subjectCodeableConcept subjectMedicalHistory subjectReference subjectReport
    subjectResults subjectState subjectStatus subjectType subjects submitter subpotentReason
    subrogation subscriber subscriberId subscription subscriptionTopic subset substance
    substanceCodeableConcept substanceDefinitionCodeableConcept substanceDefinitionReference
    substanceReference substitution subsumption subtitle subtype subunit suffix sugar summary
    sunday supplement supplementalData supplements suppliedItem supplier supportedInteraction
    supportedMessage supportedProfile supportingImmunization supportingInfo
    supportingInfoSequence supportingInformation supportingPatientInformation suppress
    surfaceOrientation suspectEntity symptomConditionEffect synonym synthesisType system
    systemType tag target targetAttachment targetCanonical targetClassifier targetDisease
    targetFormat targetId targetIdentifier targetItemIdentifier targetItemPositiveInt
    targetItemString targetLocation targetNumber targetProfile targetReference
    targetScopeCanonical targetScopeUri targetSpecies targetUri targetVersion tax team teardown
    technique telecom temperature temperatureQualifier temperatureRange template tenderedAmount
    term test testCase testData testRun testScript testTools tester testingDestination text
    textConcentration textEquivalent textFilter textPresentation texture therapy threePrime
    threshold thursday time timeAspect timeDateTime timeFromEvent timeFromStart timeOfDay
    timePeriod timeout timestamp timezone timing timingAge timingDate timingDateTime
    timingDuration timingPeriod timingRange timingReference timingTiming tissue title topic
    topicCodeableConcept topicReference total totalGross totalNet totalPriceComponent
    totalVolume traceNumber transform translation translations treatment treatmentIntent trigger
    triggeredBy truthFN truthTP tuesday type typeCanonical typeCollected typeMode typeReference
    typeTested udi udiCarrier udiDeviceIdentifier uid undesirableEffect uniqueId unit
    unitOfMeasure unitOfPresentation unitPrice unitPriceComponent unmapped updateCreate
    upperLimit uri url usage usageContext usageInstruction usageReason usageStatus use useBy
    useContext usePeriod used usedCode usedMoney usedReference usedString usedUnsignedInt
    userSelected vaccineCode validCodedValueSet validTo validateCode validateProfileId validated
    validationDate validationProcess validationStatus validationType validator validity
    validityPeriod value valueAddress valueAge valueAlternatives valueAnnotation valueAttachment
    valueAvailability valueBase64Binary valueBoolean valueCanonical valueCategory valueCode
    valueCodeableConcept valueCodeableReference valueCoding valueContactDetail valueContactPoint
    valueContributor valueCount valueDataRequirement valueDate valueDateTime valueDecimal
    valueDistance valueDosage valueDuration valueExpression valueExtendedContactDetail
    valueFilter valueHumanName valueId valueIdentifier valueInstant valueInteger valueInteger64
    valueMarkdown valueMeta valueMoney valueOid valueParameterDefinition valuePeriod
    valuePositiveInt valueQuantity valueRange valueRatio valueRatioRange valueReference
    valueRelatedArtifact valueSampledData valueSet valueSignature valueString valueTime
    valueTiming valueTriggerDefinition valueUnsignedInt valueUri valueUrl valueUsageContext
    valueUuid valuedItem variable variableDefinition variableRole variableType variant
    variantPointer variantType variantsetId verification verificationDate verificationStatus
    verificationType verified verifiedBy verifiedWith version versionAlgorithmCoding
    versionAlgorithmString versionId versionNeeded versionReference versioning view
    virtualService volume warning warningOnly wasSubstituted webLocation wednesday weekInterval
    weeklyTemplate weight what when whenDateTime whenHandedOver whenPeriod whenPrepared
    whenRange who whoClassified whyStopped width windowEnd windowStart withdrawalPeriod workflow
    workflowStatus xpath xpathUsage year yearInterval yearlyTemplate
    """
)
"""Names of elements, of resources and of datatypes."""

DATES: Final = _words(
    """
    abatementDateTime answerDate answerDateTime approvalDate articleDate authored authoredOn
    birthDate bornDate calculatedAt cancellationDate collectedDateTime completionTime
    countingDateTime created createdDateTime creation date dateAccessed dateAsserted
    dateDateTime dateOfDiagnosis dateOfService dateTime dateWritten deceasedDate
    deceasedDateTime defaultValueDate defaultValueDateTime defaultValueInstant detected dueDate
    effectiveDateTime effectiveInstant effectiveTime end endDate enteredDate event eventDateTime
    excludingDate expirationDate expiry fixedDate fixedDateTime fixedInstant identifiedDateTime
    ifModifiedSince installDate issued lastModified lastOccurrence lastOccurrenceDate
    lastPerformed lastReviewDate lastRevisionDate lastUpdated lockedDate manufactureDate
    maxValueDate maxValueDateTime maxValueInstant measureScoreDateTime minValueDate
    minValueDateTime minValueInstant nextScheduled occurenceDateTime occurredDateTime
    occurrenceDate occurrenceDateTime onset onsetDateTime participantEffectiveDateTime
    patternDate patternDateTime patternInstant paymentDate performedDateTime periodDate
    plannedEndDate plannedStartDate preparedDate presentationDate publicationDate received
    receivedTime recorded recordedDate recordedOn releaseDate reportedDateTime restoreDate sent
    servicedDate start startDate started statusChanged statusDate studyEffectiveDateTime time
    timeDateTime timestamp timingDate timingDateTime useBy validTo validationDate value
    valueDate valueDateTime valueInstant verificationDate when whenDateTime whenHandedOver
    whenPrepared
    """
)
"""Elements that may hold a date, a time of a day or an instant."""

INSTANTS: Final = _words(
    """
    calculatedAt date defaultValueInstant effectiveInstant end fixedInstant ifModifiedSince
    issued lastModified lastUpdated maxValueInstant minValueInstant patternInstant recorded
    start time timestamp valueInstant when
    """
)
"""Elements that may hold an instant, which cannot do without the time of day."""

URIS: Final = _words(
    """
    abnormalCodedValueSet actor actorCanonical additionalInfo address addressUrl answerValueSet
    artifact artifactCanonical artifactUri authority authorizationUrl base baseDefinition
    capabilities code codeMap compartment contentReference criticalCodedValueSet
    defaultValueCanonical defaultValueOid defaultValueUri defaultValueUrl definition
    definitionCanonical definitionUri derivedFrom derivedFromCanonical derivedFromUri detail
    endParam endpoint endpointUrl eventCanonical eventUri exampleCanonical filterDefinition
    fixedCanonical fixedOid fixedUri fixedUrl fullUrl graph identifier implementationGuide
    implicitRules import imports inputProfile instantiates instantiatesCanonical instantiatesUri
    issuer jurisdiction library link linkCanonical linkUri location measure message
    moduleCanonical moduleUri name nameUrl networkUri next normalCodedValueSet
    observationRequirement observationResultRequirement onlineInformation otherMap outputProfile
    parent partOf path patternCanonical patternOid patternUri patternUrl policy profile property
    protocol questionnaire reference relativePath rendering replaces resource resourceType
    satisfiedBy source sourceCanonical sourceScopeCanonical sourceScopeUri sourceUri sourceUrl
    specimenRequirement startParam structureProfileCanonical structureProfileUri subJurisdiction
    subjectCanonical subscriptionTopic supplements supportedProfile system target
    targetCanonical targetProfile targetScopeCanonical targetScopeUri targetUri testScript topic
    transform type typeCanonical uri url validCodedValueSet valueAlternatives valueCanonical
    valueOid valueSet valueUri valueUrl workflow
    """
)
"""Elements that may hold an address (uri, url, canonical, oid, uuid)."""

NUMBERS: Final = _words(
    """
    actualNumber add allowedUnsignedInt altitude amount answerDecimal answerInteger average axis
    backCurve careTeamSequence conversionFactor coordinate coordinateSystem count countMax
    cylinder dayOfMonth decimalPrecision defaultValueDecimal defaultValueInteger
    defaultValueInteger64 defaultValuePositiveInt defaultValueUnsignedInt destination
    detailInteger detailSequence diagnosisSequence diameter dimensions doseNumberPositiveInt
    duration durationMax excludingRecurrenceId fMeasure fScore factor factorOverride
    fixedDecimal fixedInteger fixedInteger64 fixedPositiveInt fixedUnsignedInt frames frequency
    frequencyMax groupSize gtFP heartbeatPeriod height high index informationSequence interval
    itemSequence knownDataCount latitude length level limit listOrder longitude low lowerLimit
    maxCount maxLength maxParticipants maxValueDecimal maxValueInteger maxValueInteger64
    maxValuePositiveInt maxValueUnsignedInt min minValueDecimal minValueInteger
    minValueInteger64 minValuePositiveInt minValueUnsignedInt minutesDuration monthInterval
    multipleBirthInteger noteNumber numFN numFP numTP numberAffected numberOfEvents
    numberOfInstances numberOfParticipants numberOfRepeatsAllowed numberOfSeries numberOfStudies
    numberOfSubunits occurrenceCount offset order ordinalPosition origin pages patternDecimal
    patternInteger patternInteger64 patternPositiveInt patternUnsignedInt period periodMax
    points power precedence precision priority probabilityDecimal procedureSequence quantity
    queryFP queryTP rank rankingOrder readCoverage recall recurrenceId relativeRisk
    reliableCache repetitions score securityLabelNumber sensitivity seriesDosesPositiveInt
    seriesNumber size sphere subDetailSequence subdetailSequence subunit supportingInfoSequence
    targetItemPositiveInt targetNumber temperature threshold timeout total truthFN truthTP
    upperLimit usedUnsignedInt valueDecimal valueInteger valueInteger64 valuePositiveInt
    valueUnsignedInt weekInterval width windowEnd windowStart yearInterval
    """
)
"""Elements that hold a number where they hold a value of their own, whatever they stand in."""

CODED: Final = _words(
    """
    accept acceptLanguage action actuality aggregation allowedType answerConstraint assurance
    attribute base basis cardinalityBehavior category characteristicCombination code codeSearch
    color combined combining comparator conditionalDelete conditionalRead confidentiality
    conformance content contentType contextType countType criticality currency dataUpdateType
    dayOfWeek daysOfWeek decision defaultManualCompletion defaultValueCode derivation direction
    disabledDisplay disposition docStatus durationUnit enableBehavior endRelationship entryType
    equivalence eye fhirVersion fixedCode format gender generation groupMeasure groupingBehavior
    handling hierarchyMeaning informationType intent intervalUnit kind language license
    lifecycleStatus listMode meaning membership method mimeType mode modifier name op
    operationalStatus operator orientation outcome participantEffectiveGroupMeasure
    participantStatus patchFormat patternCode payload payloadMimeType periodUnit
    permittedDataType precheckBehavior preference priority processingMode productCategory
    productionIdentifierInUDI property publicationStatus purpose rangeCategory referencePolicy
    regionType relation relationship relationtype representation requestMethod required
    requiredBehavior resource resourceType response responseRequired result resultForCreate
    resultForDelete role rule rules scale scope searchType selectionBehavior severity sigFormat
    start state status strand strength studyEffectiveGroupMeasure subjectType
    supportedInteraction system target targetFormat transform type typeMode use valueCode
    variableType versioning when workflowStatus xpathUsage
    """
)
"""Elements that may hold a code."""

CODES: Final = _words(
    """
    != + < <= = > >= Appointment CodeableConcept Coding CommunicationRequest DELETE Device
    DeviceRequest Encounter EpisodeOfCare GET HEAD MAY MedicationRequest NutritionOrder PATCH
    POST PUT Patient Period Practitioner Quantity Range Ratio RelatedPerson SHALL SHOULD
    SHOULD-NOT SampledData ServiceRequest Task VisionPrescription a aa abandoned aborted above
    absolute accepted active actual additional administratively-completed after after-end
    after-start alert all all-of all-or-none allergy allocated allowed alternate always amended
    amended-with amendedWith amends animal anonymous antisense any any-of ap appended
    appended-with appendedWith appends applicability application/x-fhir-query applied apply
    approved arrived asap ascending at-least at-most at-most-one attested auth-requirements
    author authoredby available bad badGateway badRequest balanced barcode base basic batch
    batch-response before before-end before-start below benefits billable billed billing
    biologic biological-source biologicalAgent black blue booked boolean both bundled busy
    busy-tentative busy-unavailable calculation calibrated calibration-required cancelled
    candidate capability card careteam cdaText cells celsius change-request changes checked-in
    child-of circle citation cite-as cited-by cites claim classified-with classifier client
    closed closed-to-accrual closed-to-accrual-and-intervention code code-text codesystem
    collate collection comment comment-in comments-on complete completed complex-type component
    composed-of composite concurrent concurrent-with-end concurrent-with-start condition
    conflict consequence constraint consumer contained contained-in container contains
    contentTooLarge continue continuous contraindication copy corrected correction-in corrects
    could create created created-with crick critical currency current custom cyan d
    data-access-ended data-accessed data-added data-changed data-collection data-exchange
    data-modified data-removed data-requested data-required dataset date dateTime debug decimal
    declined deduction deferred definitional delete deny deny-overrides deny-unless-permit
    dependents depends-on deprecated derivation derived-from descendent-leaf descendent-of
    descending descriptive device dichotomous diff-diagnosis difference different directive
    directlink disapproved discharged discontinued discount discovery disjoint display disputed
    distance dna document documentation documents down draft duplicate eb editor either
    electronic-transmission element eligible ellipse ellipsoid email emergency empty ended
    endorser enforced entered-in-error entity enumerated environment eq equal equals equivalent
    error etc. eval event-notification exact exactly-one example executable executed exists
    expansion-parameter expectationFailed expiration-date explicit exposure extensible extension
    extensions fail failure farenheit fatal fatal-error fax female fhirpath filler-order final
    finished first fixed fluid follow-up food forbidden formats found fragment free fri
    fulfilled full-resource full-support gain gatewayTimeout ge generalizes generate-json
    generate-turtle generate-xml generated get gone greaterThan green group grouped grouped-by
    gt h handshake head health-unknown healthcareservice heartbeat hidden high historical
    history history-instance history-system history-type home html html-template
    httpVersionNotSupported id-only identical identifier in in-compose in-compose-or-expansion
    in-expansion in-process in-progress in-review inactive include incremental indel independent
    indication individual ineligible inexact information information-only informational instance
    instance-order instantiates insurance integer intended interaction internalServerError
    interpolated intersection intolerance iri-stem is-a is-not-a is-replaced-by issued iterate
    json justification kelvin kind last le left legal lengthRequired lessThan level1 level2
    level3 level4 license literal local location logical logical-group login lot-number
    lot-numbers low lt magenta maiden male manual manualEval manufactured-date manufacturer-name
    markdown masked master match matching maximum mean mean-of-mean mean-of-median measurement
    median median-of-mean median-of-median medication message methodNotAllowed mild mime min
    minimum misdirectedRequest missing mitigated mo mobile model model-name moderate modified
    modified-since mon movedPermanently multiple multipleChoices multipoint must
    must-unless-documented named-event narrower ne nearby needs-action negotiable net-effect
    never nickname no no-version noContent nonAuthoritativeInformation none normal noshow not
    not-billable not-calibrated not-done not-in not-match not-persuasive
    not-persuasive-with-modification not-present not-registered not-related-to not-started
    not-supported not-taken notAcceptable notContains notEmpty notEquals notFound notImplemented
    notIn notModified not_first not_last notice notification number oauth of-type ofType off
    off-study offered official offset oid ok okay old on on-error on-hold on-study
    on-study-intervention on-study-observation on-success one-or-more onhold onleave only_one
    open openAtEnd openapi operation option optional options optionsOnly optionsOrString
    optionsOrType order ordered-deny-overrides ordered-permit-overrides ordinal organ
    organization original-order other other-map out outcome pager part-of partial partialContent
    pass patch path-pages path-resource path-tx-cache patient patient-reported-name pattern
    paymentRequired pending pending-on-study periodic permanentRedirect permit permit-overrides
    permit-unless-deny person personal persuasive persuasive-with-modification phone phonetic
    physical plan planned point policy polychotomous polygon polyline pooled population position
    possible post postal potential potential-candidate practitioner practitionerrole preadmit
    preauthorization preconditionFailed predecessor predetermination preferred preliminary
    preparation primitive-type print printoper produced producer professional profile proposal
    proposed protected provided proxyAuthenticationRequired published put quantity queried query
    query-event query-status queued quotation rangeNotSatisfiable rating re-run read received
    receiver recorded red refer reference referenced reflex reflex-order regex registered
    registered-name rejected related related-person related-to relatedperson relatedto removal
    renewed repeat replaced-by replaced-with replacedWith replaces reprint reprint-of
    req-revalid request requestTimeout requested required requirement requirements requires
    reserved resetContent resolved resolved-change-required resolved-no-change resolves resource
    response rest-hook retired retracted-by retracts returned reval-fail reviewer revision
    revoked rfid right rna root routine rule-broken-links s sa sat scheduled screening
    search-system search-type searchset secondary seeOther seealso self-pay self-reported sender
    sense sensitive sentence-group serial-number serial-numbers server serviceUnavailable
    setting severe share signs similar-to single skip sms snapshot snp software-version source
    source-is-broader-than-target source-is-narrower-than-target special specialization
    specializes specific specification-of specimen standby start starter stat statistical stop
    stopped string subject-list submitted subscription-notification substance subsumes success
    successor summary sun superseded supplement supported-with supports surcharge suspended
    switchingProtocols system target tax temp temporarily-closed-to-accrual
    temporarily-closed-to-accrual-and-intervention temporaryRedirect tentative terminated test
    test-engine test-fails test-passes text text-advanced text/cql text/cql-expression
    text/cql-identifier text/fhirpath thu time tissue token transaction transaction-response
    transformed-into transformed-with transformedWith transforms transient-error triaged
    triggers ttl tue two-point type type-and-types typeAttr types udi-label-name ui
    unable-to-assess unauthorized unavailable undesirable-effect unfulfilled union unknown
    unmatched unprocessable unprocessableContent unresolved unsatisfactory unspecified
    unsupportedMediaType up update upgradeRequired urgent uri uriTooLong url use-source-code
    useProxy user-friendly-name usual uuid v2csmnemonic val-fail validated validation value
    variable versioned versioned-update visual-group vread waiting waiting-for-input waitlist
    warning watson websocket wed where white wider withdrawn wk work working xhtml xml xmlAttr
    xmlText yellow yes
    """
)
"""The codes of required bindings, and the reason for which a value is absent here."""

ADDRESS_WORDS: Final = _words(
    """
    abn abs academic accession actuality adjudication adm administrative advocate aidc alias
    ancestor anzsco api argo assert atc attestation au authoritative autopsy backbone barrier
    birthsex bmi bodysite bsa c80 ca cancelled capabilities caregiver carin catalog cda cdc cds
    cdsi challenge citizenship clia cms coach commodity communications compose conf conformance
    constituent consumer contraindication cpt criticality crmi cvx da davinci dcm de dea def
    definitional demographic derivation designation destinations devicetype di dicom disp district
    dob docs domain dtr ec ecr ehr eligible en encounters eob epic er ethnic ethnicity eu examples
    extensibility extract fathers fda fhirpath fluentpath formulary fr genetics genomic geo
    geolocation glasgow gs gsrs guarantor hai handling hibcc hie hl7 html iccbba icd icd10 icf
    icfa ict ifa ihe immunity income indigenous informant informational ingested insurer
    international ips isbt iso issuers jurisdictions kin laterality literal manifestation marital
    mcode meaningful medicaid medicare meta mime modality mothers nci ndc neonate nested network
    nhin nickname nl npi ns nz obf obs oid ombcategory operational operationoutcome optional org
    orgs pa palliative pas pcd pdmp peds phenotype po pointintime policyholder population postal
    prefix primitive prod pronouns provenances qicore qrph rating rdf reconciliation registry
    religion resourcelist resp rr rtm rxnorm sdc sdoh severities shared sid snomed snomedct ssn
    standards structured structuredefinition stu students suffix survey syntax synthea telehealth
    terminology tribal tw uk unii unmapped usable usc uscdi uv v vaccines valueset veteran
    vitalsigns vol vsac xds xml
    """
)
"""Words of the addresses of definitions that HL7 and its affiliates publish, in lower case, beside
those of resources and elements."""
