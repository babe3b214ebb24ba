package directdebit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/directdebit"
	"relance/money"
)

func day(text string) calendar.Date {
	date, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func collect(id string, minor int64, on string) directdebit.Collection {
	return directdebit.Collection{
		EndToEnd: id, Amount: money.FromMinor(minor, money.EUR), On: day(on), Sequence: directdebit.First, Remittance: "Échéance n° 1 – plan P-12",
		Mandate: directdebit.Mandate{ID: "M-1", SignedOn: day("2026-03-01"), Scheme: directdebit.Core, Debtor: directdebit.Party{
			Name: "Société Lœuf & Fils", Street: "5 quai des Brumes", Postcode: "69001", Town: "Lyon", Country: "FR", IBAN: "FR14 2004 1010 0505 0001 3M02 606",
		}},
	}
}

func file(collections ...directdebit.Collection) directdebit.File {
	return directdebit.File{
		MessageID: "DD-2026-04-01-1", Created: time.Date(2026, time.April, 1, 9, 0, 0, 0, time.UTC), Identifier: "FR72ZZZ123456",
		Creditor: directdebit.Party{Name: "Acme SARL", Street: "1 rue de la Paix", Postcode: "75002", Town: "Paris", Country: "FR",
			IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"},
		Collections: collections,
	}
}

func TestAFileHasTheElementsOfTheSchemaInTheirOrder(t *testing.T) {
	t.Parallel()
	written, err := file(collect("P-12-1", 250_00, "2026-04-07")).Write()
	require.NoError(t, err)
	require.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">
 <CstmrDrctDbtInitn>
  <GrpHdr>
   <MsgId>DD-2026-04-01-1</MsgId>
   <CreDtTm>2026-04-01T09:00:00</CreDtTm>
   <NbOfTxs>1</NbOfTxs>
   <CtrlSum>250.00</CtrlSum>
   <InitgPty>
    <Nm>Acme SARL</Nm>
   </InitgPty>
  </GrpHdr>
  <PmtInf>
   <PmtInfId>DD-2026-04-01-1-1</PmtInfId>
   <PmtMtd>DD</PmtMtd>
   <NbOfTxs>1</NbOfTxs>
   <CtrlSum>250.00</CtrlSum>
   <PmtTpInf>
    <SvcLvl>
     <Cd>SEPA</Cd>
    </SvcLvl>
    <LclInstrm>
     <Cd>CORE</Cd>
    </LclInstrm>
    <SeqTp>FRST</SeqTp>
   </PmtTpInf>
   <ReqdColltnDt>2026-04-07</ReqdColltnDt>
   <Cdtr>
    <Nm>Acme SARL</Nm>
    <PstlAdr>
     <StrtNm>1 rue de la Paix</StrtNm>
     <PstCd>75002</PstCd>
     <TwnNm>Paris</TwnNm>
     <Ctry>FR</Ctry>
    </PstlAdr>
   </Cdtr>
   <CdtrAcct>
    <Id>
     <IBAN>FR7630006000011234567890189</IBAN>
    </Id>
   </CdtrAcct>
   <CdtrAgt>
    <FinInstnId>
     <BICFI>AGRIFRPP</BICFI>
    </FinInstnId>
   </CdtrAgt>
   <ChrgBr>SLEV</ChrgBr>
   <CdtrSchmeId>
    <Id>
     <PrvtId>
      <Othr>
       <Id>FR72ZZZ123456</Id>
       <SchmeNm>
        <Prtry>SEPA</Prtry>
       </SchmeNm>
      </Othr>
     </PrvtId>
    </Id>
   </CdtrSchmeId>
   <DrctDbtTxInf>
    <PmtId>
     <EndToEndId>P-12-1</EndToEndId>
    </PmtId>
    <InstdAmt Ccy="EUR">250.00</InstdAmt>
    <DrctDbtTx>
     <MndtRltdInf>
      <MndtId>M-1</MndtId>
      <DtOfSgntr>2026-03-01</DtOfSgntr>
     </MndtRltdInf>
    </DrctDbtTx>
    <DbtrAgt>
     <FinInstnId>
      <Othr>
       <Id>NOTPROVIDED</Id>
      </Othr>
     </FinInstnId>
    </DbtrAgt>
    <Dbtr>
     <Nm>Societe Loeuf + Fils</Nm>
     <PstlAdr>
      <StrtNm>5 quai des Brumes</StrtNm>
      <PstCd>69001</PstCd>
      <TwnNm>Lyon</TwnNm>
      <Ctry>FR</Ctry>
     </PstlAdr>
    </Dbtr>
    <DbtrAcct>
     <Id>
      <IBAN>FR1420041010050500013M02606</IBAN>
     </Id>
    </DbtrAcct>
    <RmtInf>
     <Ustrd>Echeance n 1 - plan P-12</Ustrd>
    </RmtInf>
   </DrctDbtTxInf>
  </PmtInf>
 </CstmrDrctDbtInitn>
</Document>
`, string(written))
}

// values reads the text of every element of a name.
func values(t require.TestingT, document []byte, name string) []string {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	var found []string
	inside := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == name
		case xml.CharData:
			if inside {
				found = append(found, string(token))
			}
		case xml.EndElement:
			inside = false
		}
	}
}

// No schema of ISO 20022 is at hand here: order is checked above, and the patterns of
// the types below.
func TestWhateverIsCollectedTheCountsAndControlSumsFitAndTheTypesKeepTheirPatterns(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`^[A-Za-z0-9/?:().,'+ -]+$`)
	decimal := regexp.MustCompile(`^[0-9]{1,16}\.[0-9]{2}$`)
	rapid.Check(t, func(t *rapid.T) {
		var collections []directdebit.Collection
		sum := int64(0)
		blocks := map[string]bool{}
		for i := range rapid.IntRange(1, 12).Draw(t, "collections") {
			c := collect(fmt.Sprintf("P-%d", i), rapid.Int64Range(1, 1_000_000_00).Draw(t, "amount"), "2026-04-07")
			c.On = c.On.AddDays(rapid.IntRange(0, 2).Draw(t, "day"))
			c.Sequence = rapid.SampledFrom([]directdebit.Sequence{directdebit.First, directdebit.Recurrent}).Draw(t, "sequence")
			c.Mandate.Scheme = rapid.SampledFrom([]directdebit.Scheme{directdebit.Core, directdebit.B2B}).Draw(t, "scheme")
			c.Mandate.Debtor.Name = "A" + rapid.String().Draw(t, "name")
			c.Remittance = rapid.String().Draw(t, "remittance")
			sum += c.Amount.Minor()
			blocks[fmt.Sprint(c.On, c.Sequence, c.Mandate.Scheme)] = true
			collections = append(collections, c)
		}
		written, err := file(collections...).Write()
		require.NoError(t, err)
		sums, counts := values(t, written, "CtrlSum"), values(t, written, "NbOfTxs")
		require.Len(t, sums, len(blocks)+1)
		require.Equal(t, money.FromMinor(sum, money.EUR).Decimal(), sums[0])
		require.Equal(t, fmt.Sprint(len(collections)), counts[0])
		inBlocks := int64(0)
		for _, block := range sums[1:] {
			part, err := money.Parse(block, money.EUR)
			require.NoError(t, err)
			inBlocks += part.Minor()
		}
		require.Equal(t, sum, inBlocks)
		for _, name := range []string{"Nm", "Ustrd", "EndToEndId", "MsgId", "PmtInfId", "TwnNm"} {
			for _, value := range values(t, written, name) {
				require.Regexp(t, plain, value)
			}
		}
		for _, value := range append(values(t, written, "InstdAmt"), sums...) {
			require.Regexp(t, decimal, value)
		}
	})
}

func TestWhatABankWouldRefuseIsRefusedAllAtOnce(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*directdebit.File){
		"check digits do not fit":                func(f *directdebit.File) { f.Identifier = "FR73ZZZ123456" },
		"nothing to collect":                     func(f *directdebit.File) { f.Collections = nil },
		"is in it twice":                         func(f *directdebit.File) { f.Collections = append(f.Collections, f.Collections[0]) },
		"SEPA collects euros":                    func(f *directdebit.File) { f.Collections[0].Amount = money.FromMinor(5, "USD") },
		"is not an amount that can be collected": func(f *directdebit.File) { f.Collections[0].Amount = money.FromMinor(0, money.EUR) },
		"its day 2026-03-31 is over":             func(f *directdebit.File) { f.Collections[0].On = day("2026-03-31") },
		"which is not before it":                 func(f *directdebit.File) { f.Collections[0].Mandate.SignedOn = day("2026-04-08") },
		"is no scheme":                           func(f *directdebit.File) { f.Collections[0].Mandate.Scheme = "COR1" },
		"is no sequence":                         func(f *directdebit.File) { f.Collections[0].Sequence = "LAST" },
		"needs a town and a country":             func(f *directdebit.File) { f.Collections[0].Mandate.Debtor.Town = "" },
		"is not an IBAN":                         func(f *directdebit.File) { f.Collections[0].Mandate.Debtor.IBAN = "FR00" },
		"is not a BIC":                           func(f *directdebit.File) { f.Creditor.BIC = "AGRI" },
		"has no name":                            func(f *directdebit.File) { f.Creditor.Name = "€" },
		"characters that banks do not carry":     func(f *directdebit.File) { f.Collections[0].EndToEnd = "é" },
		"a slash stands neither first nor last":  func(f *directdebit.File) { f.Collections[0].EndToEnd = "/a" },
		"has 36 characters where 1 to 35":        func(f *directdebit.File) { f.MessageID = strings.Repeat("x", 36) },
	} {
		f := file(collect("P-12-1", 250_00, "2026-04-07"))
		change(&f)
		_, err := f.Write()
		require.ErrorContains(t, err, says)
	}
}

func TestOnlyALackOfMoneyIsTriedAgain(t *testing.T) {
	t.Parallel()
	on := day("2026-04-09")
	for code, retries := range map[string]int{"AM04": 1, "ms03": 1, "AC04": 0, "MD01": 0, "MD06": 0, "MS02": 0, "XX99": 0} {
		reason, err := directdebit.ReturnOf(code)
		require.NoError(t, err)
		require.Equal(t, retries == 1, reason.RetryOn(on, 1) == on.AddDays(8), code)
		require.Zero(t, reason.RetryOn(on, 2), code)
		require.NotEmpty(t, reason.MeaningFR)
	}
	_, err := directdebit.ReturnOf("no money")
	require.ErrorContains(t, err, "such as AM04")
}

func TestAMandateDiesAfterThirtySixMonthsWithoutUse(t *testing.T) {
	t.Parallel()
	require.Equal(t, "2029-03-01", directdebit.LastUse(day("2026-03-01")).String())
	require.Equal(t, "2027-02-28", directdebit.LastUse(day("2024-02-29")).String())
}
