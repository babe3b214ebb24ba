package simulator

import (
	"net/http"
)

func (s *Simulator) routes() (http.Handler, error) {
	pages, err := newPages(s)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v3/mail/send", s.sendMail)

	const messages = "/2010-04-01/Accounts/{account}/Messages"
	mux.HandleFunc("POST "+messages+".json", s.authenticated(s.createSMS))
	mux.HandleFunc("GET "+messages+".json", s.authenticated(s.listSMS))
	mux.HandleFunc("GET "+messages+"/{file}", s.authenticated(s.fetchSMS))
	mux.HandleFunc("POST "+messages+"/{file}", s.authenticated(s.updateSMS))

	mux.HandleFunc("GET /mailbox.json", s.mailboxJSON)
	mux.HandleFunc("POST /reply.json", s.replyJSON)
	mux.HandleFunc("GET /status.json", s.statusJSON)
	mux.HandleFunc("GET /faults.json", s.faultsJSON)
	mux.HandleFunc("PUT /faults.json", s.replaceFaults)
	mux.HandleFunc("PATCH /faults.json", s.adjustFaults)

	mux.HandleFunc("GET /{$}", pages.list)
	mux.HandleFunc("GET /mailbox/{number}", pages.message)
	mux.HandleFunc("GET /mailbox/{number}/files/{file}", pages.file)
	mux.HandleFunc("POST /mailbox/{number}/reply", pages.reply)
	mux.HandleFunc("GET /faults", pages.faults)
	mux.HandleFunc("POST /faults/{provider}", pages.setFaults)
	mux.HandleFunc("GET /style.css", pages.style)

	// A page open in the same browser must not turn the knobs.
	return http.NewCrossOriginProtection().Handler(mux), nil
}
