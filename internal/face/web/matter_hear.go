package web

import (
	"sanwen/internal/ground/db"
)

// hear fills in what stands behind the matter: how many voices and how many more who said the same.
func (p *MatterPage) hear(_ *db.Tx, v *matterView) error {
	m := v.Matter
	p.Voices = []Counter{{Label: v.r.T("matterpage.voices"), N: int(m.Voices)}, {Label: v.r.T("matterpage.supporters"), N: int(m.Supporters)}}
	return nil
}
