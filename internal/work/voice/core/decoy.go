package core

import (
	"strings"

	"sanwen/internal/ground/db"
)

// Decoys are voices that nobody said (decision 60). They stand in a table of their own: what reads voices knows nothing of them unless it asks
// for them here. Those who do are the lists and the search in which staff may page beyond their work, and the page behind them.

// Decoys is what a statement has instead of the table of voices to read those that lists show, with every column of a voice.
var Decoys = decoys("state = '" + Withdrawn + "' AND ended = ''")

// anyDecoy is Decoys with those that lists show no more: who has the address of one must not find that it is gone, as no voice ever is.
var anyDecoy = decoys("state = '" + Withdrawn + "'")

// decoys writes every column of a voice: those that a decoy has, and what they are of a voice that somebody said at a poster and took back
// before anybody took it up.
func decoys(which string) string {
	own := strings.Fields("id number kind place unit unit_path text redacted state version day registered_at due closed_at")
	fixed := map[string]string{"level": string(Anonymous), "channel": string(Scan), "redaction": "auto"}
	var cols []string
	for _, c := range strings.Split(Columns, ",") {
		c = strings.TrimSpace(c)
		switch {
		case Has(own, c):
			cols = append(cols, c)
		case Has(strings.Fields("transfers asks reopens objected appeal contact_ok named called_at asked_at answered_at"), c):
			cols = append(cols, "0 AS "+c)
		default:
			cols = append(cols, "'"+fixed[c]+"' AS "+c)
		}
	}
	return "(SELECT " + strings.Join(cols, ", ") + " FROM voice_decoy WHERE " + which + ")"
}

// DecoyBy finds a decoy by its id or its number, or nil.
func DecoyBy(tx *db.Tx, column, key string) (*Voice, error) {
	v, err := db.Maybe[Voice](tx, `SELECT `+Columns+` FROM `+anyDecoy+` v WHERE v.`+column+` = $1`, key)
	if v != nil {
		v.Decoy = true
	}
	return v, err
}
