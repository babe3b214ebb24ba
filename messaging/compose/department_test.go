package compose

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADepartmentIsNotGreetedByName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Service fournisseurs", "SERVICE FINANCIER", "Comptabilité", "COMPTABILITE FOURNISSEURS", "Département achats", "La comptabilité", "L’administration",
		"Direction financière", "Accounts Payable", "accounts-payable", "The Finance Department", "Accounting", "Buchhaltung", "Kreditoren-Buchhaltung",
		"Rechnungsprüfung", "Rechnungspruefung", "Administratie", "Afdeling crediteuren", "Financiën", "Contabilidad", "Administración", "Ufficio contabilità",
		"comptabilite\u0301",
	} {
		require.Empty(t, Contact{Name: name}.Person(), name)
	}
	for _, name := range []string{"Claire Service", "Claire Martin", "Marie-Service Dubois", "Jean Bureau", "De Smet Jan", "La", "Servicea Popescu", "Achatsky", ""} {
		require.Equal(t, name, Contact{Name: name}.Person())
	}
}
