package directdebit

import "encoding/xml"

// Namespace is that of the version of the message that is written.
const Namespace = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"

// The elements of the message, in the order of its schema.

type document struct {
	XMLName    xml.Name   `xml:"Document"`
	Namespace  string     `xml:"xmlns,attr"`
	Initiation initiation `xml:"CstmrDrctDbtInitn"`
}

type initiation struct {
	Header   groupHeader `xml:"GrpHdr"`
	Payments []payment   `xml:"PmtInf"`
}

type groupHeader struct {
	MessageID string `xml:"MsgId"`
	Created   string `xml:"CreDtTm"`
	Count     int    `xml:"NbOfTxs"`
	Sum       string `xml:"CtrlSum"`
	Initiator named  `xml:"InitgPty"`
}

type named struct {
	Name string `xml:"Nm"`
}

type payment struct {
	ID       string      `xml:"PmtInfId"`
	Method   string      `xml:"PmtMtd"`
	Count    int         `xml:"NbOfTxs"`
	Sum      string      `xml:"CtrlSum"`
	Type     paymentType `xml:"PmtTpInf"`
	On       string      `xml:"ReqdColltnDt"`
	Creditor party       `xml:"Cdtr"`
	Account  account     `xml:"CdtrAcct"`
	Agent    agent       `xml:"CdtrAgt"`
	Charges  string      `xml:"ChrgBr"`
	Scheme   struct {
		ID struct {
			Private struct {
				Other struct {
					ID   string `xml:"Id"`
					Name struct {
						Proprietary string `xml:"Prtry"`
					} `xml:"SchmeNm"`
				} `xml:"Othr"`
			} `xml:"PrvtId"`
		} `xml:"Id"`
	} `xml:"CdtrSchmeId"`
	Transactions []transaction `xml:"DrctDbtTxInf"`
}

type paymentType struct {
	Service    code   `xml:"SvcLvl"`
	Instrument code   `xml:"LclInstrm"`
	Sequence   string `xml:"SeqTp"`
}

type code struct {
	Code string `xml:"Cd"`
}

type transaction struct {
	ID struct {
		EndToEnd string `xml:"EndToEndId"`
	} `xml:"PmtId"`
	Amount  amount `xml:"InstdAmt"`
	Mandate struct {
		Related struct {
			ID       string `xml:"MndtId"`
			SignedOn string `xml:"DtOfSgntr"`
		} `xml:"MndtRltdInf"`
	} `xml:"DrctDbtTx"`
	Agent      agent       `xml:"DbtrAgt"`
	Debtor     party       `xml:"Dbtr"`
	Account    account     `xml:"DbtrAcct"`
	Remittance *remittance `xml:"RmtInf,omitempty"`
}

type amount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

type party struct {
	Name    string  `xml:"Nm"`
	Address address `xml:"PstlAdr"`
}

type address struct {
	Street   string `xml:"StrtNm,omitempty"`
	Postcode string `xml:"PstCd,omitempty"`
	Town     string `xml:"TwnNm"`
	Country  string `xml:"Ctry"`
}

type account struct {
	ID struct {
		IBAN string `xml:"IBAN"`
	} `xml:"Id"`
}

type agent struct {
	Institution institution `xml:"FinInstnId"`
}

type institution struct {
	BIC   string `xml:"BICFI,omitempty"`
	Other *other `xml:"Othr,omitempty"`
}

type other struct {
	ID string `xml:"Id"`
}

type remittance struct {
	Text string `xml:"Ustrd"`
}
