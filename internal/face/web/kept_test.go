package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"testing"

	"sanwen/internal/base/access"
	"sanwen/internal/base/org"
	"sanwen/internal/face/webtest"
	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/db/dbtest"
)

// ownPage is a page of a place as one reader got it.
type ownPage struct {
	body           []byte
	token, receipt string
}

// rest is what is the same for everybody.
func (p ownPage) rest() string {
	return string(bytes.ReplaceAll(bytes.ReplaceAll(p.body, []byte(p.token), nil), []byte(p.receipt), nil))
}

func (h *hall) ownPage(path string, zip bool) ownPage {
	h.t.Helper()
	req, err := http.NewRequest(http.MethodGet, h.base+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	if zip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || zip != (res.Header.Get("Content-Encoding") == "gzip") {
		h.t.Fatalf("%s: %d %q", path, res.StatusCode, res.Header.Get("Content-Encoding"))
	}
	body := io.Reader(res.Body)
	if zip {
		if body, err = gzip.NewReader(body); err != nil {
			h.t.Fatal(err)
		}
	}
	var p ownPage
	if p.body, err = io.ReadAll(body); err != nil {
		h.t.Fatal(err)
	}
	form, err := webtest.ReadForm(p.body, "/check")
	if err != nil {
		h.t.Fatal(err)
	}
	p.token, p.receipt = form.Values.Get("_token"), form.Values.Get("receipt")
	return p
}

// TestKeptFormIsOnesOwn: the page of a place is made once, and everybody gets a receipt and a form of his own in it.
func TestKeptFormIsOnesOwn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		h := newHall(t, d, c)
		seen := map[string]bool{}
		for _, path := range []string{"/p/P104M", "/p/P104M?lang=en", "/p/P104M?z=2"} {
			first := h.ownPage(path, false)
			for i := range 6 {
				p := h.ownPage(path, i%2 == 1)
				for _, s := range []string{p.token, p.receipt} {
					if len(s) < 40 || seen[s] {
						t.Fatalf("%s: another has got the same: %q", path, s)
					}
					seen[s] = true
				}
				if n := bytes.Count(p.body, []byte(p.token)); n != 2 {
					t.Errorf("%s: the token stands there %d times, want twice, for two forms", path, n)
				}
				if p.rest() != first.rest() {
					t.Errorf("%s: the page is another one", path)
				}
			}
			if seen[first.rest()] {
				t.Errorf("%s is like another", path)
			}
			seen[first.rest()] = true
		}
		// Two who opened the same kept page say two things.
		numbers := map[string]bool{}
		for i, text := range []string{"水是凉的", "地漏慢"} {
			p := h.ownPage("/p/P104M", i == 0)
			number, _ := receiptOn(t, h.browser().Post("/p/P104M/send", url.Values{"_token": {p.token}, "receipt": {p.receipt}, "text": {text}, "level": {"anonymous"}}).Want(200))
			numbers[number] = true
		}
		if len(numbers) != 2 || len(h.voices()) != 2 {
			t.Errorf("%d receipts, %d voices", len(numbers), len(h.voices()))
		}
		// Whoever changes something sees it on the next page.
		h.write(func(tx *db.Tx) error {
			p, err := org.PlaceByCode(tx, "P104M")
			if err != nil {
				return err
			}
			return org.EditPlace{Code: p.Code, NameZh: p.NameZh, Kind: p.Kind, Unit: p.Unit, Parent: p.Parent, ClosedNote: "锅炉检修", Version: p.Version}.Do(tx, access.System("test"))
		})
		if p := h.ownPage("/p/P104M", false); !bytes.Contains(p.body, []byte("锅炉检修")) {
			t.Error("the page is an old one")
		}
	})
}
