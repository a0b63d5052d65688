package show

import (
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/ground/db"
	"sanwen/internal/work/voice/core"
	"sanwen/internal/work/voice/words"
)

// Among gives those of the voices that the inbox of the person would show, by id.
func Among(tx *db.Tx, who access.Person, ids []string) (map[string]Row, error) {
	return among(tx, who, access.VoiceList, "v.redacted", "", 80, ids)
}

// AmongOpen tells which of the voices the inbox of the person would show that are in one of the states and on no restricted path: for counts, which
// need nothing else of them.
func AmongOpen(tx *db.Tx, who access.Person, states, ids []string) ([]string, error) {
	tx.Asked()
	if len(ids) == 0 {
		return nil, nil
	}
	seen, args := visible(who, access.VoiceList, 1)
	open, list := db.In("(v.state || '')", states, len(args)+1) // an expression that no index has: the voices are found by their ids
	args = append(args, list...)
	in, list := db.In("v.id", ids, len(args)+1)
	return db.All[string](tx, `SELECT v.id FROM voice v WHERE `+seen+` AND (v.restricted || '') = '' AND `+open+` AND `+in, append(args, list...)...)
}

// AmongWhole is Among with so much of the words that they can be compared.
func AmongWhole(tx *db.Tx, who access.Person, ids []string) (map[string]Row, error) {
	return among(tx, who, access.VoiceList, "v.redacted", "", words.SharedLimit, ids)
}

// AmongUnits gives those of the voices that the person's units have to answer, by id. Masked words of hidden voices that nobody has approved are
// not among what they read.
func AmongUnits(tx *db.Tx, who access.Person, ids []string) (map[string]Row, error) {
	return among(tx, who, access.VoiceReply, unitText, " AND "+unitVoices, 80, ids)
}

// Seen is the condition under which the person may do something with a voice v, for rooms above that read voices in statements of their own, with
// its arguments numbered from next on. The condition is the one of the inbox, with everything that keeps those away whom a voice names.
func Seen(who access.Person, a access.Action, next int) (cond string, args []any) {
	return visible(who, a, next)
}

const (
	unitText   = `CASE WHEN v.level = '` + string(core.Named) + `' OR v.redaction = 'made' THEN v.redacted ELSE '' END`
	unitVoices = `v.lead <> '' AND v.state IN ('` + core.Assigned + `', '` + core.Signed + `')`
)

func among(tx *db.Tx, who access.Person, a access.Action, text, more string, runes int, ids []string) (map[string]Row, error) {
	tx.Asked()
	out := map[string]Row{}
	if len(ids) == 0 {
		return out, nil
	}
	from := []string{"voice"}
	if a == access.VoiceList {
		from = append(from, core.Decoys) // the search of the inbox, and what is found for it
	}
	for _, table := range from {
		if len(out) == len(ids) {
			break
		}
		seen, args := visible(who, a, 1)
		in, list := db.In("v.id", ids, len(args)+1)
		rows, err := db.All[Row](tx, `SELECT `+strings.Replace(rowColumns, "substr(v.redacted, 1, 80)", "substr("+text+", 1, "+core.Plain(runes)+")", 1)+`, '' AS claimed_name FROM `+table+` v WHERE `+seen+more+` AND `+in, append(args, list...)...)
		if err != nil {
			return nil, err
		}
		for _, r := range undated(who, rows) {
			out[r.ID] = r
		}
	}
	return out, nil
}
