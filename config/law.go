package config

import "embed"

// Law holds the folder law/: reference rates, rules of late interest, payment
// terms and deadlines as dated tables. How to add a half-year is in
// docs/late-fees.md.
//
//go:embed law/*_rate.csv law/reference_rates.csv law/late_interest.csv law/payment_terms.csv law/limitation_periods.csv law/deadlines.csv law/plain_rules.csv law/contested_points.csv
var Law embed.FS
