package db

import (
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"sanwen/internal/ground/fault"
)

// One returns the first row of a query. [ErrNone] is in the error's chain if there is none. T is a struct, whose fields are matched
// with columns by the tag `db:"column"` or else by the name in snake case (embedded structs count as their fields), or a type of
// kind string, integer, float, bool or []byte for a query with one column. NULL gives the zero value. A column without a field is
// an error.
func One[T any](tx *Tx, q string, args ...any) (T, error) {
	var row T
	found := false
	err := rows(tx, q, args, func(p *plan, values []driver.Value) (bool, error) {
		found = true
		return false, p.into(reflect.ValueOf(&row).Elem(), values)
	}, reflect.TypeFor[T]())
	if err == nil && !found {
		return row, fmt.Errorf("%w\n\tin %s", ErrNone, head(q))
	}
	return row, err
}

// Maybe returns the first row of a query, or nil if there is none. See [One] for T.
func Maybe[T any](tx *Tx, q string, args ...any) (*T, error) {
	var row *T
	err := rows(tx, q, args, func(p *plan, values []driver.Value) (bool, error) {
		row = new(T)
		return false, p.into(reflect.ValueOf(row).Elem(), values)
	}, reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	return row, nil
}

// Need returns the first row of a query, or the fault NotFound with the key if there is none. See [One] for T.
func Need[T any](tx *Tx, key, q string, args ...any) (row T, err error) {
	found, err := Maybe[T](tx, q, args...)
	if err == nil && found == nil {
		err = fault.New(fault.NotFound, key)
	}
	if err != nil {
		return row, err
	}
	return *found, nil
}

// All returns the rows of a query; none is an empty slice. See [One] for T.
func All[T any](tx *Tx, q string, args ...any) ([]T, error) {
	var all []T
	err := rows(tx, q, args, func(p *plan, values []driver.Value) (bool, error) {
		var row T
		if err := p.into(reflect.ValueOf(&row).Elem(), values); err != nil {
			return false, err
		}
		all = append(all, row)
		return true, nil
	}, reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Each calls fn with every row of a query as it arrives, until fn returns an error. The transaction runs no other statement
// meanwhile. See [One] for T.
func Each[T any](tx *Tx, fn func(T) error, q string, args ...any) error {
	return rows(tx, q, args, func(p *plan, values []driver.Value) (bool, error) {
		var row T
		if err := p.into(reflect.ValueOf(&row).Elem(), values); err != nil {
			return false, err
		}
		if err := fn(row); err != nil {
			return false, callerError{err}
		}
		return true, nil
	}, reflect.TypeFor[T]())
}

// callerError marks an error that is not of the statement and does not fail the transaction.
type callerError struct{ error }

// rows runs a query and calls yield with each row until it returns false or an error.
func rows(tx *Tx, q string, args []any, yield func(*plan, []driver.Value) (bool, error), t reflect.Type) (err error) {
	writes, err := tx.begin(q)
	if err != nil {
		return err
	}
	values, err := tx.bind(args)
	if err != nil {
		return tx.fail(q, err)
	}
	r, err := tx.s.query(tx.stmtCtx, q, values)
	if err != nil {
		return tx.fail(q, err)
	}
	tx.streaming = true
	defer func() {
		tx.streaming = false
		if e := r.Close(); e != nil && err == nil {
			err = tx.fail(q, e)
		}
	}()
	p, err := planFor(t, r.Columns(), q)
	if err != nil {
		return tx.fail(q, err)
	}
	row := make([]driver.Value, len(p.columns))
	for n := 0; ; n++ {
		if err := r.Next(row); err == io.EOF {
			return nil
		} else if err != nil {
			return tx.fail(q, err)
		}
		if writes {
			tx.changed = true
		}
		more, err := yield(p, row)
		if e, ok := err.(callerError); ok {
			return e.error
		}
		if err != nil {
			return tx.fail(q, err)
		}
		if !more {
			return drain(tx, r, row, q, writes)
		}
		if n%256 == 255 && !tx.write {
			if err := tx.Ctx.Err(); err != nil {
				return tx.fail(q, err)
			}
		}
	}
}

// drain steps a statement that writes to its end, so that its effect does not depend on how many of its rows are looked at.
func drain(tx *Tx, r driver.Rows, row []driver.Value, q string, writes bool) error {
	if !writes {
		return nil
	}
	for {
		if err := r.Next(row); err == io.EOF {
			return nil
		} else if err != nil {
			return tx.fail(q, err)
		}
	}
}

// plan says which column goes into which field of a type.
type plan struct {
	columns []string
	fields  [][]int // by column; nil for a type that is not a struct
}

type planKey struct {
	t reflect.Type
	q string
}

var (
	plans     sync.Map // planKey → *plan
	planCount atomic.Int32
	byColumn  sync.Map // reflect.Type → map[string][]int
)

const mostPlans = 5000

func planFor(t reflect.Type, columns []string, q string) (*plan, error) {
	key := planKey{t, q}
	if p, ok := plans.Load(key); ok {
		if p := p.(*plan); slices.Equal(p.columns, columns) { // SELECT * may change with the table
			return p, nil
		}
	}
	p := &plan{columns: append([]string(nil), columns...)}
	if t.Kind() == reflect.Struct {
		fields, err := fieldsOf(t)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for _, c := range columns {
			f, ok := fields[c]
			if !ok {
				return nil, fmt.Errorf("db: %s has no field for column %q", t, c)
			}
			if seen[c] {
				return nil, fmt.Errorf("db: column %q comes twice", c)
			}
			seen[c] = true
			p.fields = append(p.fields, f)
		}
	} else {
		if len(columns) != 1 {
			return nil, fmt.Errorf("db: %s takes one column, the query has %d", t, len(columns))
		}
		if !storable(t) {
			return nil, fmt.Errorf("db: a column cannot be read into %s", t)
		}
	}
	if planCount.Add(1) > mostPlans {
		plans.Clear()
		planCount.Store(0)
	}
	plans.Store(key, p)
	return p, nil
}

func fieldsOf(t reflect.Type) (map[string][]int, error) {
	if m, ok := byColumn.Load(t); ok {
		return m.(map[string][]int), nil
	}
	m := map[string][]int{}
	if err := addFields(m, t, nil); err != nil {
		return nil, err
	}
	byColumn.Store(t, m)
	return m, nil
}

func addFields(m map[string][]int, t reflect.Type, path []int) error {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(path[:len(path):len(path)], i)
		tag := f.Tag.Get("db")
		if f.Anonymous && f.Type.Kind() == reflect.Struct && tag == "" {
			if err := addFields(m, f.Type, at); err != nil {
				return err
			}
			continue
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		if !storable(f.Type) {
			if tag != "" {
				return fmt.Errorf("db: a column cannot be read into field %s of %s", f.Name, t)
			}
			continue // filled by other means
		}
		name := tag
		if name == "" {
			name = snake(f.Name)
		}
		if m[name] != nil {
			return fmt.Errorf("db: %s has two fields for column %q", t, name)
		}
		m[name] = at
	}
	return nil
}

func storable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Pointer:
		return t.Elem().Kind() != reflect.Pointer && storable(t.Elem())
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8
	}
	return false
}

// snake returns a Go name as a column name: ID → id, EmployeeNo → employee_no, PlaceURLs → place_urls.
func snake(name string) string {
	var b strings.Builder
	r := []rune(name)
	for i, c := range r {
		if unicode.IsUpper(c) && i > 0 {
			after := unicode.IsLower(r[i-1]) || unicode.IsDigit(r[i-1])
			before := unicode.IsUpper(r[i-1]) && i+1 < len(r) && unicode.IsLower(r[i+1]) && !(i+2 == len(r) && r[i+1] == 's')
			if after || before {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func (p *plan) into(dst reflect.Value, values []driver.Value) error {
	if p.fields == nil {
		if err := assign(dst, values[0]); err != nil {
			return fmt.Errorf("db: column %q: %w", p.columns[0], err)
		}
		return nil
	}
	for i, path := range p.fields {
		f := dst.Field(path[0])
		for _, j := range path[1:] {
			f = f.Field(j)
		}
		if err := assign(f, values[i]); err != nil {
			return fmt.Errorf("db: column %q: %w", p.columns[i], err)
		}
	}
	return nil
}

// assign stores a value of the driver. PostgreSQL gives sums of BIGINT and averages as text.
func assign(dst reflect.Value, v driver.Value) error {
	if v == nil {
		dst.SetZero()
		return nil
	}
	switch dst.Kind() {
	case reflect.String:
		switch v := v.(type) {
		case string:
			dst.SetString(v)
			return nil
		case []byte:
			dst.SetString(string(v))
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n, ok := integer(v); ok && !dst.OverflowInt(n) {
			dst.SetInt(n)
			return nil
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n, ok := integer(v); ok && n >= 0 && !dst.OverflowUint(uint64(n)) {
			dst.SetUint(uint64(n))
			return nil
		}
	case reflect.Bool:
		switch v := v.(type) {
		case bool:
			dst.SetBool(v)
			return nil
		case int64:
			dst.SetBool(v != 0)
			return nil
		}
	case reflect.Float32, reflect.Float64:
		switch v := v.(type) {
		case float64:
			dst.SetFloat(v)
			return nil
		case int64:
			dst.SetFloat(float64(v))
			return nil
		case string:
			if f, err := strconv.ParseFloat(v, 64); err == nil {
				dst.SetFloat(f)
				return nil
			}
		}
	case reflect.Slice:
		switch v := v.(type) {
		case []byte:
			dst.SetBytes(append([]byte(nil), v...))
			return nil
		case string:
			dst.SetBytes([]byte(v))
			return nil
		}
	case reflect.Pointer:
		p := reflect.New(dst.Type().Elem())
		if err := assign(p.Elem(), v); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	}
	return fmt.Errorf("%T does not fit into %s", v, dst.Type())
}

func integer(v driver.Value) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case bool:
		return truth(v), true
	case float64:
		return int64(v), v == float64(int64(v))
	case string:
		whole, fraction, _ := strings.Cut(v, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		return n, err == nil && strings.Trim(fraction, "0") == ""
	}
	return 0, false
}
