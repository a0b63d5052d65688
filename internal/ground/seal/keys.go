package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sys/unix"
)

// The files of a key directory.
const (
	logKeyFile = "log.key"     // note signing key (Ed25519) of the log
	logPubFile = "log.pub"     // its verifier key, to be handed out freely
	formFile   = "form.key"    // MAC key of form tokens, 256 bit
	pepperFile = "receipt.key" // pepper of receipt codes, 256 bit
)

var keyFiles = []string{formFile, pepperFile, logKeyFile, logPubFile}

// Keys are the secrets of one installation. They live in files beside the
// database, never in it: a stolen database alone opens no receipt.
type Keys struct {
	form, pepper []byte
	signer       note.Signer
	verifier     string
}

// ErrKeysIncomplete: some key files exist and others do not, so this is not a
// first start. Creating the missing ones would silently make receipts or the
// log's signature unusable; the missing file must come from the backup.
var ErrKeysIncomplete = errors.New("seal: the key directory is incomplete")

// OpenKeys reads the keys in dir, and creates directory (0700) and keys (0600)
// on the first start. Files that others could read are tightened, or refused
// when that is not possible.
func OpenKeys(dir string) (*Keys, error) {
	missing, err := missingKeys(dir)
	if err != nil {
		return nil, fmt.Errorf("seal: key directory: %w", err)
	}
	if len(missing) > 0 && len(missing) < len(keyFiles) {
		// The files were looked for one by one, and another process may have put the directory in place between two of them. It
		// comes whole, so a second look tells that from keys that are gone.
		if missing, err = missingKeys(dir); err != nil {
			return nil, fmt.Errorf("seal: key directory: %w", err)
		}
	}
	if len(missing) == len(keyFiles) {
		if err := create(dir); err != nil {
			return nil, fmt.Errorf("seal: create keys: %w", err)
		}
	} else if len(missing) > 0 {
		return nil, fmt.Errorf("%w: %s has no %s", ErrKeysIncomplete, dir, strings.Join(missing, ", "))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("seal: key directory: %w", err)
	}
	defer root.Close()
	if err := tighten(root, ".", 0o700); err != nil {
		return nil, err
	}
	return load(root)
}

func missingKeys(dir string) (missing []string, err error) {
	for _, n := range keyFiles {
		_, err := os.Lstat(filepath.Join(dir, n))
		if errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, n)
		} else if err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// create writes all keys into a temporary sibling and renames it to dir, so
// that a crash leaves either nothing or everything. When another process was
// faster, its keys stay.
func create(dir string) error {
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "sanwen-"+hex.EncodeToString(random(4)))
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, ".keys-*") // mode 0700
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	for name, text := range map[string]string{
		logKeyFile: skey,
		logPubFile: vkey,
		formFile:   hex.EncodeToString(random(32)),
		pepperFile: hex.EncodeToString(random(32)),
	} {
		if err := writeSynced(filepath.Join(tmp, name), text+"\n"); err != nil {
			return err
		}
	}
	if err := syncDir(tmp); err != nil {
		return err
	}
	if err := rename(tmp, dir); err != nil {
		if missing, e := missingKeys(dir); e == nil && len(missing) == 0 {
			return nil
		}
		return err
	}
	return syncDir(parent)
}

// rename is the system call itself, which replaces an empty directory (and no
// other); os.Rename refuses any existing directory.
func rename(from, to string) error {
	if err := unix.Rename(from, to); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func tighten(root *os.Root, name string, mode fs.FileMode) error {
	st, err := root.Stat(name)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if st.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := root.Chmod(name, mode); err != nil {
		return fmt.Errorf("seal: %s can be read by other users and its mode cannot be changed: %w", name, err)
	}
	return nil
}

func load(root *os.Root) (*Keys, error) {
	text := func(name string) (string, error) {
		if name != logPubFile {
			if err := tighten(root, name, 0o600); err != nil {
				return "", err
			}
		}
		b, err := root.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("seal: %w", err)
		}
		return strings.TrimSpace(string(b)), nil
	}
	secret := func(name string) ([]byte, error) {
		s, err := text(name)
		if err != nil {
			return nil, err
		}
		b, err := hex.DecodeString(s)
		if err != nil || len(b) != 32 {
			return nil, fmt.Errorf("seal: %s is not a key of 64 hexadecimal digits", name)
		}
		return b, nil
	}
	var k Keys
	var err error
	if k.form, err = secret(formFile); err != nil {
		return nil, err
	}
	if k.pepper, err = secret(pepperFile); err != nil {
		return nil, err
	}
	skey, err := text(logKeyFile)
	if err != nil {
		return nil, err
	}
	if k.signer, err = note.NewSigner(skey); err != nil {
		return nil, fmt.Errorf("seal: %s is not a signing key", logKeyFile)
	}
	if k.verifier, err = text(logPubFile); err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(k.verifier)
	if err != nil || v.KeyHash() != k.signer.KeyHash() || v.Name() != k.signer.Name() {
		return nil, fmt.Errorf("seal: %s does not belong to %s", logPubFile, logKeyFile)
	}
	return &k, nil
}

// LogSigner signs the checkpoints of the log. Its name is the log's origin.
func (k *Keys) LogSigner() note.Signer { return k.signer }

// LogVerifier is the public verifier key of the log in the format of package
// note ("name+hash+key"), to be published and to check signatures with.
func (k *Keys) LogVerifier() string { return k.verifier }

// Fingerprint identifies this set of keys without revealing them: a database
// remembers it and refuses to run with others.
func (k *Keys) Fingerprint() string {
	m := hmac.New(sha256.New, k.pepper)
	m.Write([]byte("fingerprint v1\x00" + k.verifier))
	return hex.EncodeToString(m.Sum(nil)[:8])
}

// Derive returns a 256-bit key for another purpose, computed from the form
// key: the same after every start, of no use for anything else.
func (k *Keys) Derive(purpose string) []byte {
	m := hmac.New(sha256.New, k.form)
	m.Write([]byte("derive v1\x00" + purpose))
	return m.Sum(nil)
}

// MAC is HMAC-SHA256 over parts that are kept apart by their lengths.
func MAC(key []byte, parts ...string) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		m.Write(n[:])
		m.Write([]byte(p))
	}
	return m.Sum(nil)
}
