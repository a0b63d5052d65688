package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sanwen/internal/ground/clock"
	"sanwen/internal/ground/fault"
)

// bind turns arguments into what both drivers take: int64, float64, string, []byte or nil.
func (tx *Tx) bind(args []any) ([]driver.NamedValue, error) {
	if len(args) == 0 {
		return nil, nil
	}
	tx.args = tx.args[:0]
	for i, a := range args {
		v, err := value(a)
		if err != nil {
			return nil, fmt.Errorf("db: argument $%d: %w", i+1, err)
		}
		tx.args = append(tx.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return tx.args, nil
}

func value(a any) (driver.Value, error) {
	switch a := a.(type) {
	case nil:
		return nil, nil
	case string:
		return text(a)
	case int64:
		return a, nil
	case int:
		return int64(a), nil
	case bool:
		return truth(a), nil
	case float64:
		return a, nil
	case []byte:
		return a, nil
	case json.RawMessage:
		return text(string(a))
	case time.Time, *time.Time:
		return nil, fmt.Errorf("a time is stored as clock.Millis or clock.Day")
	}
	return reflected(reflect.ValueOf(a))
}

func reflected(v reflect.Value) (driver.Value, error) {
	switch v.Kind() {
	case reflect.String:
		return text(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n := v.Uint(); n <= 1<<63-1 {
			return int64(n), nil
		}
		return nil, fmt.Errorf("%d is more than a BIGINT holds", v.Uint())
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	case reflect.Bool:
		return truth(v.Bool()), nil
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return value(v.Elem().Interface())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("%s cannot be stored", v.Type())
}

// text refuses what PostgreSQL cannot store, on both databases.
func text(s string) (driver.Value, error) {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return nil, fault.New(fault.Invalid, "db.text")
	}
	return s, nil
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// In returns the condition that col is one of values, with parameters from $firstArg on, and their arguments. No values: never
// true. The last value is repeated up to a power of two, so that lists of many lengths are few statements.
func In(col string, values []string, firstArg int) (string, []any) {
	if len(values) == 0 {
		return "1 = 0", nil
	}
	n := 1
	for n < len(values) {
		n *= 2
	}
	var b strings.Builder
	b.WriteString(col + " IN (")
	args := make([]any, n)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(firstArg+i))
		args[i] = values[min(i, len(values)-1)]
	}
	b.WriteByte(')')
	return b.String(), args
}

// Where collects conditions and their arguments. Each ? in a condition becomes the next numbered parameter.
type Where struct {
	conds []string
	args  []any
}

// NewWhere returns an empty Where. The arguments given are those of parameters $1 … that the statement uses besides.
func NewWhere(args ...any) *Where { return &Where{args: args} }

// Add adds a condition; all of them have to hold. It panics if the number of ? is not that of the arguments.
func (w *Where) Add(cond string, args ...any) *Where {
	w.conds = append(w.conds, w.number(cond, args))
	return w
}

// In adds that col is one of values.
func (w *Where) In(col string, values []string) *Where {
	cond, args := In(col, values, len(w.args)+1)
	w.conds, w.args = append(w.conds, cond), append(w.args, args...)
	return w
}

// Arg adds an argument that is used outside the conditions, such as a limit, and returns its parameter.
func (w *Where) Arg(a any) string {
	w.args = append(w.args, a)
	return "$" + strconv.Itoa(len(w.args))
}

// BehindDay adds that a row stands behind the last row of the page before, in a list with the latest day first and then the highest key. The cursor
// is "<day>~<key>"; empty is the first page. Errors: Invalid for what is no cursor.
func (w *Where) BehindDay(day, key, cursor string) error {
	at, last, ok := strings.Cut(cursor, "~")
	switch {
	case cursor == "":
		return nil
	case !ok || !clock.Day(at).Valid():
		return fault.New(fault.Invalid, "matter.list.cursor")
	}
	w.Add("("+day+", "+key+") < (?, ?)", at, last)
	return nil
}

// BehindMillis does the same for a list with the latest moment first; the cursor is "<milliseconds>~<key>".
func (w *Where) BehindMillis(moment, key, cursor string) error {
	if cursor == "" {
		return nil
	}
	at, last, _ := strings.Cut(cursor, "~")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || last == "" {
		return fault.New(fault.Invalid, "matter.list.cursor")
	}
	w.Add("("+moment+", "+key+") < (?, ?)", ms, last)
	return nil
}

// SQL returns the conditions joined by AND, each in parentheses ("1 = 1" if there are none), and all arguments.
func (w *Where) SQL() (string, []any) {
	if len(w.conds) == 0 {
		return "1 = 1", w.args
	}
	return "(" + strings.Join(w.conds, ") AND (") + ")", w.args
}

func (w *Where) number(cond string, args []any) string {
	var b strings.Builder
	used := 0
	for i := 0; i < len(cond); {
		switch cond[i] {
		case '\'', '"':
			j := skipQuoted(cond, i)
			b.WriteString(cond[i:j])
			i = j
			continue
		case '?':
			used++
			b.WriteString("$" + strconv.Itoa(len(w.args)+used))
		default:
			b.WriteByte(cond[i])
		}
		i++
	}
	if used != len(args) {
		panic(fmt.Sprintf("db: condition %q takes %d arguments, %d given", cond, used, len(args)))
	}
	w.args = append(w.args, args...)
	return b.String()
}

// Within is the argument of LIKE … ESCAPE '\' for text that stands anywhere within a text in small letters.
func Within(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + "%"
}

// Cut takes a page off rows of which one more was read than it holds, with the key of its last row where there are more.
func Cut[T any](rows []T, limit int, key func(T) string) (page []T, next string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], key(rows[limit-1])
}
