package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/seal"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/voice"
	"sanwen/internal/work/voice/core"
)

const (
	elsewhere   = "-"       // instead of a place's code in an address: none fits
	receiptName = "receipt" // hidden field: number and code, drawn when the form was opened
	photoName   = "photo"
	photoHave   = "photo_have" // hidden fields: photos that are stored already

	tellBody  = 80 << 20 // six photos of 12 MiB and what is written
	photoBody = 14 << 20 // one photo
	sendBody  = 1 << 20  // the longest text that an organisation may allow
	tellSlow  = 10 * time.Minute
)

// tellFields are what travels from page to page in hidden fields, so that nothing about an unsent voice is stored.
var tellFields = []string{receiptName, "text", "kind", "place_text", "matter", "level", "contact", "still", aboutName, photoHave}

// Spot is the place that something is about.
type Spot struct {
	Code    string // as it stands in addresses
	Name    string // of the place, or what was typed instead
	Around  string // the place around it
	Closed  string // why it is closed at present
	Unknown bool   // no place has the code: the poster may be old
	Length  int    // most characters of a text
	Photos  int    // most photos
}

// telling is what somebody says, on its way through the pages: everything travels in the form, nothing is stored.
type telling struct {
	r            *Req
	f            *Form
	base         string // address of the first page: "/p/P104M" or "/tell"
	spot         Spot
	number, code string // of the receipt
	photos       []voice.Photo
	about        *news.Copy // the notice to which somebody objects
	aboutOver    bool       // one can no longer object to it
	proxied      bool       // somebody writes it down for somebody else
	sentNumber   string     // what this form has sent before something else was in it
}

// openTelling begins a page on which something is said: on a POST with what was sent, else with an empty form. Faults are kept in
// the form; the error is for what makes a page impossible.
func (r *Req) openTelling() (*telling, error) {
	t := &telling{r: r, base: "/tell"}
	var err error
	if t.spot.Length, t.spot.Photos, err = r.tellLimits(); err != nil {
		return nil, err
	}
	if r.Posted() {
		var fresh []voice.Photo
		r.photosInto(&fresh, t.spot.Photos)
		t.f = r.FreeForm()
		t.havePhotos(fresh)
	} else {
		t.f = r.Blank().Free()
	}
	code := r.Param("place")
	if code != "" {
		t.base = "/p/" + url.PathEscape(org.NormalCode(code))
	} else if code = t.f.Value("place"); code == "" {
		code = r.Query("place")
	}
	t.ticket()
	if err := t.objecting(); err != nil {
		return nil, err
	}
	return t, t.place(code)
}

// tellLimits are the most characters and photos of what somebody says.
func (r *Req) tellLimits() (length, photos int, err error) {
	set, err := r.known.Settings(r.Ctx())
	if err != nil {
		return 0, 0, err
	}
	return set.Int(org.VoiceLength), set.Int(org.VoicePhotos), nil
}

// photosInto makes stored photos of the files of the form, most at most.
func (r *Req) photosInto(out *[]voice.Photo, most int) {
	r.Files(func(u Upload) error {
		if !strings.HasSuffix(u.Field, photoName) {
			return nil
		}
		if u.Index >= most {
			return fault.New(fault.Invalid, "voice.photos.many", most)
		}
		p, err := r.photo(u)
		if err != nil {
			if e := fault.Of(err); e.Kind != fault.Internal {
				return fault.New(e.Kind, "tell.photo_n", u.Index+1, sentence(r.Lang, e))
			}
			return err
		}
		*out = append(*out, p)
		return nil
	})
}

func (r *Req) photo(u Upload) (voice.Photo, error) {
	p, err := r.Photos.Add(r.Ctx(), strings.NewReader(string(u.Body)))
	return voice.Photo{Hash: p.Hash, Thumb: p.Thumb, W: p.W, H: p.H}, err
}

// havePhotos takes the photos that earlier pages stored, out of their signed fields, and adds the new ones.
func (t *telling) havePhotos(fresh []voice.Photo) {
	for _, token := range t.f.Many(photoHave) {
		p, err := t.r.photoOf(token)
		if err != nil {
			t.f.Fault(photoName, "tell.photo_expired")
			continue
		}
		t.photos = append(t.photos, p)
	}
	for _, p := range fresh {
		if !slices.ContainsFunc(t.photos, func(q voice.Photo) bool { return q.Hash == p.Hash }) {
			t.photos = append(t.photos, p)
		}
	}
	if len(t.photos) > t.spot.Photos {
		t.photos = t.photos[:t.spot.Photos]
		t.f.Fault(photoName, "voice.photos.many", t.spot.Photos)
	}
	t.f.values.Del(photoHave)
	for _, p := range t.photos {
		t.f.values.Add(photoHave, t.r.photoToken(p))
	}
}

const photoPurpose = "photo"

// photoToken is the signed form of a stored photo, for a hidden field and for showing it to who has just sent it.
func (r *Req) photoToken(p voice.Photo) string {
	return r.Seal(photoPurpose, strings.Join([]string{p.Hash, p.Thumb, strconv.Itoa(p.W), strconv.Itoa(p.H)}, " "), tokenLife)
}

func (r *Req) photoOf(token string) (voice.Photo, error) {
	s, err := r.Unseal(photoPurpose, token)
	if err != nil {
		return voice.Photo{}, err
	}
	part := strings.Fields(s)
	if len(part) != 4 || !blob.ValidHash(part[0]) || !blob.ValidHash(part[1]) {
		return voice.Photo{}, fault.New(fault.Invalid, "fault.expired")
	}
	p := voice.Photo{Hash: part[0], Thumb: part[1]}
	p.W, _ = strconv.Atoi(part[2])
	p.H, _ = strconv.Atoi(part[3])
	return p, nil
}

// tiles are the photos of the form as it shows them again.
func (t *telling) tiles() []HavePhoto {
	var out []HavePhoto
	for i, p := range t.photos {
		token := t.r.photoToken(p)
		out = append(out, HavePhoto{Token: token, Photo: Photo{Src: ownPhoto(p.Hash, token), Thumb: ownPhoto(p.Thumb, token),
			Alt: t.r.T("tell.photo_alt", i+1), W: p.W, H: p.H}})
	}
	return out
}

// ownPhoto is the address at which an anonymous page shows a photo: of the anonymous group, so that no session comes along.
func ownPhoto(hash, token string) string { return "/f/photo/" + hash + "?k=" + token }

// ticket takes number and code out of the form, or draws them. They stay the same as long as the form lives, expired or not:
// sending again must never be a second voice.
func (t *telling) ticket() {
	if s, err := t.r.open("page:"+receiptName, t.f.Value(receiptName)); err == nil || s != "" {
		number, code, _ := strings.Cut(s, " ")
		if day := clock.Day(daysOf(number)); day.Valid() && day > t.r.Today().Add(-core.NumberDays) {
			t.number, t.code = number, code
		}
	}
	if t.number == "" {
		t.draw()
	}
	t.f.Set(receiptName, t.r.Seal(receiptName, t.number+" "+t.code, tokenLife))
}

// draw gives the form a new receipt.
func (t *telling) draw() {
	n := seal.NewReceipt(t.r.Today())
	t.number, t.code = n.Number, n.Code
	t.f.Set(receiptName, t.r.Seal(receiptName, t.number+" "+t.code, tokenLife))
}

// daysOf is the day in a receipt number, "2026-11-23".
func daysOf(number string) string {
	if len(number) < 10 {
		return ""
	}
	return number[2:6] + "-" + number[6:8] + "-" + number[8:10]
}

// place looks the place up.
func (t *telling) place(code string) error {
	t.spot.Code = org.NormalCode(code)
	t.f.Set("place", t.spot.Code) // for the pages that know an account
	typed := t.f.Value("place_text")
	if t.spot.Code == "" || t.spot.Code == elsewhere {
		t.spot.Code, t.spot.Name = elsewhere, typed
		t.f.Set("place", elsewhere)
		return nil
	}
	chain, err := t.r.known.PlaceChain(t.r.Ctx(), t.spot.Code)
	if err != nil {
		return err
	}
	if len(chain) == 0 {
		t.spot.Unknown, t.spot.Name = true, typed
		return nil
	}
	t.spot.Name, t.spot.Closed = chain[0].Name(t.r.Lang), chain[0].ClosedNote
	for _, p := range chain[1:] {
		if p.Kind == org.Area {
			t.spot.Around = p.Name(t.r.Lang)
			break
		}
	}
	return nil
}

// read reads what was typed. Me too needs no words.
func (t *telling) read() voice.Register {
	least := 1
	if t.f.Value("matter") != "" {
		least = 0
	}
	in := voice.Register{Number: t.number, Code: t.code, Key: t.f.Key, Keys: t.r.Keys, Photos: t.photos,
		Text: t.f.Text("text", least, t.spot.Length), PlaceText: t.f.Line("place_text", 0, core.MaxPlace), Matter: t.f.one("matter"),
		Kind: voice.Kind(t.f.Maybe("kind", values(voice.Kinds())...)), ContactOK: t.f.Ticked("contact"), NotCrisis: t.f.Ticked("still")}
	if t.spot.Code != elsewhere {
		in.Place = t.spot.Code
	}
	return in
}

// level reads who may know; none chosen is a fault.
func (t *telling) level() voice.Level {
	return voice.Level(t.f.Choice("level", values(voice.Levels())...))
}

func values[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// kinds are the choices of what sort of thing is said. Danger has its button above the form.
func (r *Req) kinds() []Option {
	icons := map[voice.Kind]string{voice.Need: "flag", voice.Idea: "idea", voice.Problem: "message", voice.Praise: "heart", voice.Unsure: "help"}
	var out []Option
	for _, k := range voice.Kinds() {
		if k != voice.Hazard {
			out = append(out, Option{Value: string(k), Icon: icons[k], Text: r.name("voice.kind.", k)})
		}
	}
	return out
}

// again sends the browser on with the same POST (307), to the other group of routes. What was typed goes along.
func (r *Req) again(path string) error {
	r.w.Header().Set("Location", r.Link(path))
	r.w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

// setting is a text that the organisation has set.
func (r *Req) setting(key string) (string, error) {
	set, err := r.known.Settings(r.Ctx())
	return set.Text(key), err
}

// placeLabel is a place as one line: "四区浴室 · 四服务区".
func (s Spot) placeLabel(l lang.Lang) string {
	switch {
	case s.Name == "" && s.Unknown:
		return l.T("tell.place_unknown", s.Code)
	case s.Name == "":
		return l.T("tell.place_none")
	case s.Around != "":
		return s.Name + " · " + s.Around
	}
	return s.Name
}
