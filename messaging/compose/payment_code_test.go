package compose

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/epcqr"
	"relance/money"
)

// coded is the worked example with the code that pays it.
func coded(t *testing.T) Facts {
	t.Helper()
	f := Example()
	f.PaymentCode = exampleCode(f)
	require.NotNil(t, f.PaymentCode)
	return f
}

func TestWhatIsPrintedBesideACodeIsWhatIsInIt(t *testing.T) {
	t.Parallel()
	code := coded(t).PaymentCode
	require.Equal(t, "RF08 FA20 2601 17RN 6CO0", code.Reference())
	require.Equal(t, "FR76 3000 6000 0112 3456 7890 189", code.IBAN())
	require.Equal(t, Example().TotalOpen, code.Amount())

	transfer := code.Code.Transfer()
	transfer.Reference, transfer.Text = "", "Facture FA-2026-0117"
	texted, err := epcqr.New(transfer)
	require.NoError(t, err)
	require.Equal(t, "Facture FA-2026-0117", PaymentCode{Code: texted}.Reference())
}

func TestACodeThatPaysSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Facts){
		"the payment code is empty":                                    func(f *Facts) { f.PaymentCode = &PaymentCode{} },
		`but the creditor's account is "DE71 1102 2033 0123 4567 89"`:  func(f *Facts) { f.Creditor.IBAN = "DE71110220330123456789" },
		`pays to FR76 3000 6000 0112 3456 7890 189 but the creditor's`: func(f *Facts) { f.Creditor.IBAN = "" },
		"the payment code pays 1234.56 EUR but 1000.00 EUR is still due": func(f *Facts) {
			f.Invoices[0].Open, f.TotalOpen = money.FromMinor(100_000, money.EUR), money.FromMinor(100_000, money.EUR)
			f.Invoices[0].Total, f.Invoices[0].Paid, f.Invoices[0].Credited = f.TotalOpen, money.Amount{}, money.Amount{}
		},
	} {
		f := coded(t)
		change(&f)
		require.ErrorContains(t, f.validate(), want)
	}
	require.NoError(t, coded(t).validate())

	withFees := coded(t)
	fees := money.FromMinor(4963, money.EUR)
	withFees.LateFees = &LateFees{Interest: fees, Total: fees, AsOf: withFees.Today}
	require.NoError(t, withFees.validate(), "the principal alone")
	all, err := withFees.TotalOpen.Add(fees)
	require.NoError(t, err)
	transfer := withFees.PaymentCode.Code.Transfer()
	transfer.Amount = all
	withFees.PaymentCode.Code, err = epcqr.New(transfer)
	require.NoError(t, err)
	require.NoError(t, withFees.validate(), "with the late fees")
}

func TestAMailCarriesThePictureItShows(t *testing.T) {
	t.Parallel()
	templates, err := Load(config.Templates)
	require.NoError(t, err)
	for lang, caption := range map[string]string{"fr": "Scannez pour payer", "en": "Scan to pay"} {
		mail, err := templates.Email("reminder-firm", lang, coded(t))
		require.NoError(t, err)
		require.Contains(t, mail.HTML, `<img src="cid:payment-code"`)
		require.Contains(t, mail.HTML, caption)
		require.Contains(t, mail.Text, "RF08 FA20 2601 17RN 6CO0", "the reference to write on a transfer is that of the code")
		require.Len(t, mail.Inline, 1)
		picture := mail.Inline[0]
		require.Equal(t, "payment-code", picture.ContentID)
		require.Equal(t, "image/png", picture.ContentType)
		_, err = png.Decode(bytes.NewReader(picture.Content))
		require.NoError(t, err)
		require.Less(t, len(picture.Content), 4000)

		plain, err := templates.Email("reminder-firm", lang, Example())
		require.NoError(t, err)
		require.Empty(t, plain.Inline)
		require.NotContains(t, plain.HTML, "<img")
	}
}

func TestASettledMessageAsksForNoScan(t *testing.T) {
	t.Parallel()
	pictures, err := inlinePictures(coded(t), "<p>Thank you</p>")
	require.NoError(t, err)
	require.Empty(t, pictures, "a picture that nothing shows would be listed as an attachment")
}

func TestALetterTellsOfItsCode(t *testing.T) {
	t.Parallel()
	templates, err := Load(config.Templates)
	require.NoError(t, err)
	letter, err := templates.Letter("formal-notice", "fr", coded(t))
	require.NoError(t, err)
	require.Equal(t, "Scannez pour payer", letter.PaymentCode.Caption)
	require.Equal(t, "Code QR de paiement\u00a0: virement de 1\u202f234,56\u00a0€ à Ateliers Vauban, référence RF08 FA20 2601 17RN 6CO0", letter.PaymentCode.Description)
	require.Contains(t, letter.Payment, Line{"Montant", "1\u202f234,56\u00a0€"})
	require.Contains(t, letter.Payment, Line{"Référence à rappeler", "RF08 FA20 2601 17RN 6CO0"})

	letter, err = templates.Letter("formal-notice", "fr", Example())
	require.NoError(t, err)
	require.Nil(t, letter.PaymentCode)
}
