package webtest

import (
	"archive/zip"
	"bytes"
	"io"
)

// WordXML is the XML of the text of a Word document.
func WordXML(t interface{ Fatal(...any) }, file []byte) string {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
