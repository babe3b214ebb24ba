package casefile

// statements are the statements of the query files, a field for each.
type statements struct {
	LockCase, LockCaseOfMessage, LockInvoiceNumber        statement
	LoadCase, LoadNotices, LoadHolds                      statement
	LoadClaims, LoadEntriesOfClaims, LoadDebtorOfID       statement
	InsertCase, UpdateCase                                statement
	UpsertNotice, ReserveNotice, UpsertHold               statement
	InsertStrategy, LoadStrategy                          statement
	SaveCreditor, LoadCreditor                            statement
	SaveDebtor, AddDebtor, LoadDebtor                     statement
	AddContact, SaveContact, CorrectContact, LoadContacts statement
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
	InsertMessage, RecomposeMessage, SaveMessageContent   statement
	InsertMessageNotice, UpdateMessage, WithholdMessages  statement
	InsertDeliveryEvent, LoadDeliveryEvents               statement
	InsertTask, LoadTask, LoadTaskOfKey, LoadTasks        statement
	CompleteTask, FinishTasksOfStep, FinishMatchingTasks  statement
	CancelTasks, ReopenTasks, FinishLawTasks              statement
	InsertInvoiceDocument, LoadInvoiceDocuments           statement
	LoadInvoiceDocument                                   statement
	PutOffTask, InsertManualContact, LoadManualContact    statement
	LoadManualContacts, LoadManualContactsOfDebtor        statement
	InsertHistory, HistoryHas, LoadHistory                statement
	LoadCaseRow, ListCases                                statement
	ListCasesToStart, ListCasesThatAreLate, MarkStarted   statement
	CountCases, CountMessages, CountTasks                 statement
	LoadClock, LatestHistory, SaveClock                   statement
}
