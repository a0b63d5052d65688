package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"sanwen/internal/base/access"
	"sanwen/internal/base/jobs"
	"sanwen/internal/base/org"
	"sanwen/internal/ground/blob"
	"sanwen/internal/ground/db"
	"sanwen/internal/ground/fault"
	"sanwen/internal/ground/id"
	"sanwen/internal/ground/lang"
	"sanwen/internal/ground/sheet"
)

// JobKind is the kind of the job that imports a file.
const JobKind = "org.import"

// Queue has a file imported as a job. The file is in the store until the job has ended.
type Queue struct {
	Kind    Kind
	File    string         // hash in the store
	Mapping map[int]string // see Options
	Choice  Choice
	Lang    lang.Lang // of the result workbook
}

type queued struct {
	Run    string
	Person string
	Queue
}

// Do notes the import and returns its id.
func (in Queue) Do(tx *db.Tx, who access.Person) (string, error) {
	if err := who.May(tx, actionOf(string(in.Kind)), access.Thing{Kind: "import"}); err != nil {
		return "", err
	}
	told, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	r := Run{ID: id.V7(tx.Now), Kind: string(in.Kind), FileHash: in.File, State: Queued, StartedAt: tx.Millis(), MadeBy: who.ID, Queue: string(told)}
	if err := writeRun(tx, r); err != nil {
		return "", err
	}
	if err := jobs.Later(tx, JobKind, r.ID, queued{Run: r.ID, Person: who.ID, Queue: in}, tx.Millis()); err != nil {
		return "", err
	}
	return r.ID, record(tx, who, "import_queued", r.ID, map[string]any{"kind": in.Kind, "file": in.File})
}

// Job does queued imports with files of the store.
func Job(store blob.Store) jobs.Func {
	return func(ctx context.Context, d *db.DB, payload json.RawMessage) error {
		var q queued
		if err := json.Unmarshal(payload, &q); err != nil {
			return jobs.Permanent(err)
		}
		err := q.do(ctx, d, store)
		e := fault.Of(err)
		if e != nil && (e.Key == "org.import.running" || errors.Is(err, jobs.ErrLost)) {
			return err // another one is at it; later
		}
		if e != nil && e.Key == keyCancelled {
			return nil // the file stays for two days, so that it can go on
		}
		if e != nil {
			key := e.Key
			if e.Kind == fault.Internal {
				key = "org.import.interrupted"
			}
			if note := d.Upkeep(context.WithoutCancel(ctx), func(tx *db.Tx) error { return noteFailed(tx, q.Run, key, number(e)) }); note != nil {
				return errors.Join(err, note)
			}
			if e.Kind != fault.Internal {
				err = nil // told to the person who imports; nothing for the technician
			}
		}
		if err != nil {
			return jobs.Permanent(err)
		}
		return store.Delete(ctx, q.File)
	}
}

// number is the number in a fault's sentence, 0 where it has none.
func number(e *fault.Error) int {
	if len(e.Args) > 0 {
		if n, ok := e.Args[0].(int); ok {
			return n
		}
	}
	return 0
}

func (q queued) do(ctx context.Context, d *db.DB, store blob.Store) error {
	var who access.Person
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { who, err = org.Actor(tx, q.Person); return err }); err != nil {
		return err
	}
	f, err := Stored(ctx, store, q.File, Options{Kind: q.Kind, Mapping: q.Mapping})
	if err != nil {
		return err
	}
	c := q.Choice
	c.ID = q.Run
	if c.Result, err = f.result(ctx, d, store, who, c, q.Lang); err != nil {
		return err
	}
	_, err = f.Apply(ctx, d, who, c, nil)
	return err
}

// Stored reads a file of the store: Gone "org.import.file_gone" where it was removed.
func Stored(ctx context.Context, store blob.Store, hash string, o Options) (*File, error) {
	r, info, err := store.Open(ctx, hash)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.Gone, "org.import.file_gone")
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if at, ok := r.(io.ReaderAt); ok {
		return Read(ctx, at, info.Bytes, o)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return Read(ctx, bytes.NewReader(b), int64(len(b)), o)
}

// result writes the workbook that tells, row by row, what becomes of the file, and stores it.
func (f *File) result(ctx context.Context, d *db.DB, store blob.Store, who access.Person, c Choice, l lang.Lang) (hash string, err error) {
	var p *Plan
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { p, err = f.plan(tx, who, c, true); return err }); err != nil {
		return "", err
	}
	faults := map[int][]string{}
	for _, e := range p.Faults {
		if n := rowOf(e.Field); n > 0 {
			faults[n] = append(faults[n], e.Field+": "+l.T(e.Key, e.Args...))
		}
	}
	t := sheet.Table{Name: l.T("org.import.kind." + string(f.Kind)), Columns: []sheet.Column{{Title: l.T("org.import.row")}, {Title: l.T("org.import.outcome")}, {Title: l.T("org.import.faults_at")}}}
	for _, col := range Columns(f.Kind) {
		t.Columns = append(t.Columns, sheet.Column{Title: l.T("org.column." + col.Key)})
	}
	t.Rows = func(yield func([]any, error) bool) {
		for _, line := range p.Preview {
			row := []any{line.Row, l.Enum("org.import.state", line.State), strings.Join(faults[line.Row], "\n")}
			for _, v := range line.Values {
				row = append(row, v)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(sheet.WriteXLSX(w, t, "")) }()
	hash, err = store.Put(ctx, r)
	r.CloseWithError(err)
	return hash, err
}

// rowOf is the number of the row in a cell's address, "C12" → 12.
func rowOf(address string) int {
	n := 0
	for _, c := range address {
		if c >= '0' && c <= '9' {
			n = n*10 + int(c-'0')
		}
	}
	return n
}
