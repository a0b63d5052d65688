package daily

import (
	"slices"

	"sanwen/internal/ground/db"
	"sanwen/internal/reading/insight/daybook"
	"sanwen/internal/work/voice"
)

// Led lists the matters of some spots: those to which a voice counts that counts for the reader, each once. What is kept says which they may be, so that of
// each one voice is read and not all; of voices of which the record says something since, their rows say it. It reports false where what is kept cannot be
// read from.
func (s Reader) Led(spots []int64) ([]Led, bool, error) {
	if st, err := StateOf(s.TX, ""); err != nil || st.Kept != Version {
		return nil, false, err
	}
	later, ok, err := daybook.Later(s.TX, Consumer, voice.RefKind)
	if err != nil || !ok {
		return nil, false, err
	}
	in := Numbers(spots)
	cond, args := SeenBy(s.Who).SQL()
	// The voices of a matter are looked through until one counts: those of the spot may be a hundred times as many.
	out, err := db.All[Led](s.TX, `SELECT k.spot, k.matter FROM insight_spot_matter k WHERE k.spot IN `+in+` AND EXISTS (SELECT 1 FROM voice v CROSS JOIN insight_spot_voice s
		WHERE v.matter = k.matter AND v.matter <> '' AND s.voice = v.id AND s.spot = k.spot AND `+cond+`)`, args...)
	if err != nil {
		return nil, false, err
	}
	for part := range slices.Chunk(later, 200) {
		w := SeenBy(s.Who)
		w.In("v.id", part)
		cond, args := w.SQL()
		more, err := db.All[Led](s.TX, `SELECT DISTINCT s.spot, v.matter FROM voice v CROSS JOIN insight_spot_voice s WHERE s.voice = v.id AND v.matter <> '' AND s.spot IN `+in+` AND `+cond, args...)
		if err != nil {
			return nil, false, err
		}
		out = append(out, more...)
	}
	slices.SortFunc(out, Led.compare)
	return slices.Compact(out), true, nil
}
