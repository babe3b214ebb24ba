package casefile

// statements are the statements of the query files, a field for each.
type statements struct {
	LockCase, LockCasesOfMessage, LockInvoiceNumber       statement
	LockDebtor, LockDebtorOfMessage, LockCasesOfDebtor    statement
	OwnerOfMessage                                        statement
	CommitSoon                                            statement
	LoadCase, LoadNotices, LoadHolds                      statement
	LoadCasePlans, UpsertCasePlan, LoadDemand             statement
	LockPlan, LoadPlan, UpsertPlan, LoadPlans             statement
	InsertPlanInvoice, LoadPlanInvoices, UpsertInstalment statement
	KeptPlanOf                                            statement
	PlansToStart, PlansThatMayBeLate, MarkPlanStarted     statement
	InsertPlanDocument, LoadPlanDocument                  statement
	InsertMandate, LoadMandate, RevokeMandate             statement
	InsertDebitFile, InsertDirectDebit, LoadDirectDebit   statement
	LockDebitFiles, LoadMandates                          statement
	LoadDebitFiles, LoadFiledDebits                       statement
	LoadClaims, LoadEntriesOfClaims, LoadDebtorOfID       statement
	InsertCase, UpdateCase                                statement
	UpsertNotice, ReserveNotice, UpsertHold               statement
	KeepUnprovenComposition                               statement
	InsertStrategy, LoadStrategy                          statement
	SaveCreditor, LoadCreditor                            statement
	CorrectDebtor, AddDebtor, FillDebtor, LoadDebtor      statement
	AddContact, SaveContact, CorrectContact, LoadContacts statement
	LoadPeople, LoadContactsOfDebtor, RetireContact       statement
	PreferContact, MarkAddressInvalid, SetParent          statement
	LoadOptOuts, InsertOptOut, WithdrawOptOut             statement
	SupersedeStop                                         statement
	InsertOptOutOfEvent                                   statement
	LockCasesOfPeople, NotePeople, WithholdForPeople      statement
	LoadColleagues, SaveColleague                         statement
	RemoveColleague, RemoveConfiguredColleagues           statement
	LoadLinkKey, RecipientOfMessage, ContactsAmong        statement
	InsertInvoice, LoadInvoice                            statement
	InsertEntry, LoadEntries, InvoiceOfEntry              statement
	DeleteAllocations, InsertAllocations, LoadAllocations statement
	LoadBooks, InsertJournalEntry, LoadJournal            statement
	InsertTransfer, LoadTransfer                          statement
	InsertShares, LoadShares                              statement
	InvoicesNamed, OpenInvoicesOfDebtor                   statement
	LoadLimitationEvents, InsertLimitationEvent           statement
	LoadMessage, LoadMessages, LoadMessageBytes           statement
	LoadPreviousNotices, MessageOfProviderID              statement
	KnownUnnamedEvent, MessagesToAddress                  statement
	LockCasesOfMessages                                   statement
	MessageOfNotice, LoadCarriedNotices                   statement
	IDsOfOtherMessages, ClaimUnheard, FinishUnheard       statement
	LoadBoundNotices, LoadContactMoments                  statement
	ReleaseNotices, FreeNotice                            statement
	InsertMessage, RecomposeMessage, SaveMessageContent   statement
	InsertMessageNotice, UpdateMessage, WithholdMessages  statement
	InsertDeliveryEvent, LoadDeliveryEvents               statement
	InsertTask, LoadTask, LoadTaskOfKey, LoadTasks        statement
	AssignTask, LoadOwner, KeepPostedLetter               statement
	CompleteTask, FinishTasksOfStep, FinishTasksOfKeys    statement
	CancelTasks, ReopenTasks, FinishLawTasks              statement
	FinishSurplusTasks                                    statement
	LetterNumberOf, NextLetterNumber, InsertLetter        statement
	ReopenLetter, TellFailure, ListFailuresToTell         statement
	QueueLetter, LoadLetters, UpdateLetter, NoteOnLetter  statement
	FinishLetterTask, CancelLetters, RequeueLetters       statement
	LockLettersOfCases, LockHeadsOfLetters                statement
	InsertLetterScan, LoadLetterScan, MarkLetterRecalled  statement
	InsertInvoiceDocument, LoadInvoiceDocuments           statement
	LoadInvoiceDocument                                   statement
	PutOffTask, InsertManualContact, LoadManualContact    statement
	LoadManualContacts, LoadManualContactsOfDebtor        statement
	InsertHistory, HistoryHas, LoadHistory                statement
	InsertHistoryUnlessKnown                              statement
	LoadCaseRow, ListCases                                statement
	ListCasesToStart, ListCasesThatAreLate, MarkStarted   statement
	ListOpenWindows, ListCasesOfWindow                    statement
	CountCases, CountMessages, CountTasks                 statement
	LoadClock, LatestHistory, SaveClock                   statement
	LockLiveness, SaveLiveness, InsertOutage, ListOutages statement

	InsertInbound, InsertInboundCases, InsertInboundAttachment                   statement
	LoadInbound, LockInbound, LoadInboundCases                                   statement
	LoadInboundAttachments, LoadInboundAttachment, LoadInboundRaw                statement
	ListInbound, ListInboundDue, ListInboundOnHold                               statement
	HoldInboundCase, FinishInboundEffect, EndInboundHold                         statement
	LinkInbound, CloseInbound, HandleInboundOfDoneTasks, InsertHistoryOnce       statement
	EndInboundEffect, TryInbound                                                 statement
	MessagesAnswered, InvoicesWritten, ContactsAt, CreditorsAt, CasesOfDebtor    statement
	LoadPaymentBehaviour                                                         statement
	SaveMessageText, LoadMessageTexts                                            statement
	WithdrawLetters, ReplaceLettersAgain, ListLettersToReplace                   statement
	LoadWithdrawnNotices, NextReplacement, MarkLetterReplaced                    statement
	ListReplacementsToSend, ListReplacedNotices, KeepLetterThatLeft, SetAudience statement
	ListChains, LoadChain, LoadHeads, LoadBindings                               statement
	LoadAnchorsOfCases, LockAnchors, LoadAnchor, LastAnchor, ListAnchors         statement
	HeadsThatMoved, InsertAnchor, InsertAnchoredHead, LoadAnchoredHeads          statement
	ListOriginals, LoadOriginal, LoadLettersOfCase, LoadAnswersOfCase            statement
	LatestAnchorOf                                                               statement

	LinkInboundFurther, UnlinkInboundCases, BilledToContactsAt statement
	LockSenderOfInbound, WasSaidBefore, WasInTriageBefore      statement

	LoadPromises, UpsertPromise, CountPromisesOfDebtor, LoadPromisesOfDebtor statement
	LoadDisputes, UpsertDispute, ListDisputes, CountDisputes                 statement
	FinishDisputeTasks, ReassignDisputeTasks, LoadDisputesOfClaims           statement
	InsertDisputeNote, LoadDisputeNotes                                      statement
	InsertDisputeDocument, LoadDisputeDocuments, LoadDisputeDocument         statement

	LockStanding, LoadKnownDebtor, SaveStanding, LockAllCasesOfDebtor statement
	LoadProceedings, InsertProceedings                                statement
	LoadOfficeHolder, SaveOfficeHolder                                statement
	LoadHardships, InsertHardship, DebtorsOfSIREN                     statement
	ListCasesToTell, MarkTold                                         statement
	FreezeTasks, FreezeMessages, FreezeLetters, FinishDebtorTasks     statement

	LoadMediations, UpsertMediation, FinishTasksOfKinds                       statement
	InsertMediationCertificate, LoadMediationCertificates                     statement
	LoadMediationCertificate                                                  statement
	InsertMediationNote, LoadMediationNotes                                   statement
	RecordMediationReading, LoadMediationReadings                             statement
	LockStops, ShareStops, LoadStopsOfCase, InsertStop, LiftStop, LoadStop    statement
	ListStops, ListCasesOfStop, MarkStopTold, NoteStop, DebtorOfInvoice       statement
	DoubtStops, ListUntoldOfStops, MarkToldOfStops                            statement
	SavePartner, RetirePartners, LoadPartners, InsertHandoff, LoadHandoffRows statement
	LoadHandoffOfReference, UpdateHandoffDelivery, MarkHandoffRecalled        statement
	InsertHandoffFile, LoadHandoffFile, InsertPartnerStatus                   statement
	LoadPartnerStatuses, InsertRemittance, LoadRemittance, LoadRemittances    statement
}
