package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"sanwen/internal/ground/fault"
)

// Upload is one file of a form. Its name is given on signed routes only: what a phone calls a photo can tell whose it is.
type Upload struct {
	Field string
	Name  string
	Index int // 0 for the first file of the field
	Body  []byte
}

// UploadLimit is the most bytes of one uploaded file. The photo store sets its own, lower limits.
const UploadLimit = 13 << 20

// uploads keeps few files in memory at the same time.
var uploads = make(chan struct{}, 8)

// Files says what to do with each file of a multipart form, in the order in which they come. It must be called before Form.
// A field fault returned by fn is kept for the form; the other files and fields are still read.
func (r *Req) Files(fn func(Upload) error) { r.upload = fn }

// parse reads the body into f. It answers with a fault and never with half of what was typed, except where the body is too large.
func (r *Req) parse(f *Form) *fault.Error {
	kind, params, err := mime.ParseMediaType(r.http.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return fault.New(fault.Invalid, "web.unreadable")
	case kind == "multipart/form-data" && r.upload != nil:
		return r.parseParts(f, params["boundary"])
	case kind != "application/x-www-form-urlencoded":
		return fault.New(fault.Invalid, "web.unreadable")
	}
	body, err := io.ReadAll(r.http.Body)
	if err != nil {
		return r.unread(err)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return fault.Wrap(fault.Invalid, "web.unreadable", err)
	}
	f.values = values
	return nil
}

// parseParts reads the parts one by one. Files stay in memory, one at a time: nothing of an anonymous person's photo may touch
// the disk before it is re-encoded.
func (r *Req) parseParts(f *Form, boundary string) *fault.Error {
	parts := multipart.NewReader(r.http.Body, boundary)
	index := map[string]int{}
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return r.unread(err)
		}
		if n > 500 {
			return r.tooMuch()
		}
		if part.FileName() == "" {
			value, err := io.ReadAll(io.LimitReader(part, defaultBody+1))
			if err != nil {
				return r.unread(err)
			}
			if len(value) > defaultBody {
				return r.tooMuch()
			}
			if part.Header.Get("Content-Type") == "" {
				f.values.Add(part.FormName(), string(value))
			}
			continue
		}
		if err := r.takeFile(f, part, index); err != nil {
			return err
		}
	}
}

func (r *Req) takeFile(f *Form, part *multipart.Part, index map[string]int) *fault.Error {
	uploads <- struct{}{}
	defer func() { <-uploads }()
	name := part.FormName()
	body, err := io.ReadAll(io.LimitReader(part, UploadLimit+1))
	if err != nil {
		return r.unread(err)
	}
	u := Upload{Field: name, Index: index[name], Body: body}
	index[name]++
	if len(body) == 0 && part.FileName() == "" {
		return nil // a file field left empty
	}
	if len(body) > UploadLimit {
		io.Copy(io.Discard, part)
		f.Fault(name, "web.file_too_large", u.Index+1, UploadLimit>>20-1)
		return nil
	}
	if r.Route.Group == Signed {
		u.Name = cleanName(part.FileName())
	}
	if err := r.upload(u); err != nil {
		e := fault.Of(err)
		if e.Kind == fault.Internal {
			return e
		}
		if e.Field == "" {
			copied := *e
			copied.Field = name
			e = &copied
		}
		f.faults = append(f.faults, e)
	}
	return nil
}

// unread is the fault of a body that did not come to its end.
func (r *Req) unread(err error) *fault.Error {
	var limit *http.MaxBytesError
	if errors.As(err, &limit) {
		return r.tooMuch()
	}
	return fault.Wrap(fault.Invalid, "web.broken_off", err)
}

func (r *Req) tooMuch() *fault.Error {
	limit := r.Route.limit()
	size := strconv.FormatInt(limit>>10, 10) + " KB"
	if limit >= 1<<20 {
		size = strconv.FormatInt(limit>>20, 10) + " MB"
	}
	return fault.New(fault.TooLarge, "web.body_too_large", size)
}
