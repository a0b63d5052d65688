// Package outside checks proofs as somebody would who has only the specifications: RFC 6962 and RFC 9162 for the tree, C2SP
// signed-note, tlog-checkpoint and tlog-proof for the files, and the description of the commitment. It shares no code with the
// package that makes them, and uses the standard library alone.
package outside

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type hash = [32]byte

func leafHash(entry []byte) hash { return sha256.Sum256(append([]byte{0}, entry...)) }

func nodeHash(l, r hash) hash {
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// treeHash is MTH of RFC 6962 section 2.1, word by word.
func treeHash(entries [][]byte) hash {
	switch len(entries) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leafHash(entries[0])
	}
	k := 1
	for 2*k < len(entries) {
		k *= 2
	}
	return nodeHash(treeHash(entries[:k]), treeHash(entries[k:]))
}

// inclusion is the algorithm of RFC 9162 section 2.1.3.2.
func inclusion(index, size uint64, leaf hash, path []hash, root hash) error {
	if index >= size {
		return errors.New("index beyond the tree")
	}
	fn, sn, r := index, size-1, leaf
	for _, p := range path {
		if sn == 0 {
			return errors.New("proof too long")
		}
		if fn&1 == 1 || fn == sn {
			r = nodeHash(p, r)
			for fn&1 == 0 && fn != 0 {
				fn >>= 1
				sn >>= 1
			}
		} else {
			r = nodeHash(r, p)
		}
		fn >>= 1
		sn >>= 1
	}
	if sn != 0 {
		return errors.New("proof too short")
	}
	if r != root {
		return errors.New("root differs")
	}
	return nil
}

// consistency is the algorithm of RFC 9162 section 2.1.4.2.
func consistency(first, second uint64, firstRoot, secondRoot hash, path []hash) error {
	if first == 0 || first > second {
		return errors.New("sizes")
	}
	if first == second {
		if len(path) != 0 || firstRoot != secondRoot {
			return errors.New("same size, different trees")
		}
		return nil
	}
	if first&(first-1) == 0 {
		path = append([]hash{firstRoot}, path...)
	}
	if len(path) == 0 {
		return errors.New("empty proof")
	}
	fn, sn := first-1, second-1
	for fn&1 == 1 {
		fn >>= 1
		sn >>= 1
	}
	fr, sr := path[0], path[0]
	for _, c := range path[1:] {
		if sn == 0 {
			return errors.New("proof too long")
		}
		if fn&1 == 1 || fn == sn {
			fr = nodeHash(c, fr)
			sr = nodeHash(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn >>= 1
				sn >>= 1
			}
		} else {
			sr = nodeHash(sr, c)
		}
		fn >>= 1
		sn >>= 1
	}
	if fr != firstRoot || sr != secondRoot || sn != 0 {
		return errors.New("roots differ")
	}
	return nil
}

// openNote checks a signed note against one verifier key and returns its text.
func openNote(signed []byte, vkey string) (string, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return "", errors.New("verifier key")
	}
	name := parts[0]
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 1 {
		return "", errors.New("verifier key is not Ed25519")
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	if id := fmt.Sprintf("%08x", binary.BigEndian.Uint32(sum[:])); id != parts[1] {
		return "", fmt.Errorf("key id %s is %s", parts[1], id)
	}
	i := bytes.LastIndex(signed, []byte("\n\n"))
	if i < 0 {
		return "", errors.New("no signature")
	}
	text := signed[:i+1]
	for line := range strings.Lines(string(signed[i+2:])) {
		f := strings.Fields(strings.TrimSuffix(line, "\n"))
		if len(f) != 3 || f[0] != "—" || f[1] != name {
			continue
		}
		sig, err := base64.StdEncoding.DecodeString(f[2])
		if err != nil || len(sig) != 68 || !bytes.Equal(sig[:4], sum[:4]) {
			continue
		}
		if ed25519.Verify(key[1:], text, sig[4:]) {
			return string(text), nil
		}
		return "", errors.New("wrong signature")
	}
	return "", errors.New("not signed with this key")
}

type checkpoint struct {
	origin string
	size   uint64
	root   hash
}

func openCheckpoint(signed, vkey string) (c checkpoint, err error) {
	text, err := openNote([]byte(signed), vkey)
	if err != nil {
		return c, err
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 3 {
		return c, fmt.Errorf("%d lines", len(lines))
	}
	c.origin = lines[0]
	if c.size, err = strconv.ParseUint(lines[1], 10, 63); err != nil {
		return c, err
	}
	c.root, err = parseHash(lines[2])
	return c, err
}

func parseHash(s string) (h hash, err error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) != 32 {
		return h, fmt.Errorf("%q is not a hash", s)
	}
	return hash(b), nil
}

func parseHashes(lines []string) (hs []hash, err error) {
	for _, l := range lines {
		h, err := parseHash(l)
		if err != nil {
			return nil, err
		}
		hs = append(hs, h)
	}
	return hs, nil
}

// checkProof checks a tlog-proof whose extra data is the entry, and returns the entry, its index and the checkpoint.
func checkProof(text, vkey string) (entry []byte, index uint64, c checkpoint, err error) {
	head, signed, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return nil, 0, c, errors.New("not a proof")
	}
	if entry, err = base64.StdEncoding.DecodeString(lines[1][len("extra "):]); err != nil {
		return nil, 0, c, err
	}
	if index, err = strconv.ParseUint(lines[2][len("index "):], 10, 63); err != nil {
		return nil, 0, c, err
	}
	path, err := parseHashes(lines[3:])
	if err != nil {
		return nil, 0, c, err
	}
	if c, err = openCheckpoint(signed, vkey); err != nil {
		return nil, 0, c, err
	}
	return entry, index, c, inclusion(index, c.size, leafHash(entry), path, c.root)
}

// checkOpening checks that the opening belongs to the commitment and returns the record.
func checkOpening(opening string, commitment []byte) (map[string]any, error) {
	lines := strings.Split(opening, "\n")
	if len(lines) != 4 || lines[0] != "sanwen-opening/1" || lines[3] != "" {
		return nil, errors.New("not an opening")
	}
	salt, err := base64.StdEncoding.DecodeString(lines[1])
	if err != nil || len(salt) != 32 {
		return nil, errors.New("salt")
	}
	var record map[string]any
	if err := json.Unmarshal([]byte(lines[2]), &record); err != nil {
		return nil, err
	}
	kind, _ := record["kind"].(string)
	content := sha256.Sum256([]byte(lines[2]))
	want := sha256.Sum256([]byte("sanwen-log/1" + kind + string(salt) + string(content[:])))
	if !bytes.Equal(want[:], commitment) {
		return nil, errors.New("the record is another one")
	}
	return record, nil
}

func checkConsistency(text, vkey string, old checkpoint) (checkpoint, error) {
	head, signed, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != fmt.Sprint("old ", old.size) {
		return checkpoint{}, errors.New("not a consistency proof")
	}
	path, err := parseHashes(lines[1:])
	if err != nil {
		return checkpoint{}, err
	}
	c, err := openCheckpoint(signed, vkey)
	if err != nil {
		return c, err
	}
	return c, consistency(old.size, c.size, old.root, c.root, path)
}
