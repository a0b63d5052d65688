package word

import (
	"strconv"
	"time"
)

// The typefaces of GB/T 9704. 方正小标宋 and 仿宋_GB2312 are licensed: a document names them, nobody ships them. Where they
// are missing a program takes what the table of fonts names instead.
type face struct{ name, instead string }

var (
	xiaobiao = face{"方正小标宋简体", "FZXiaoBiaoSong-B05S,小标宋,STZhongsong,华文中宋,SimSun,宋体,Noto Serif CJK SC"}
	fangsong = face{"仿宋_GB2312", "FangSong_GB2312,FangSong,仿宋,STFangsong,华文仿宋,FandolFang,Noto Serif CJK SC"}
	heiti    = face{"黑体", "SimHei,STHeiti,华文黑体,Microsoft YaHei,Noto Sans CJK SC"}
	kaiti    = face{"楷体_GB2312", "KaiTi_GB2312,KaiTi,楷体,STKaiti,华文楷体,Noto Serif CJK SC"}
	songti   = face{"宋体", "SimSun,STSong,华文宋体,Noto Serif CJK SC"}
	faces    = []face{xiaobiao, fangsong, heiti, kaiti, songti}
)

const (
	red = "C00000"
	// 225 mm / 22 lines = 28.99 pt; 156 mm / 28 characters = 15.79 pt, a 16 pt letter drawn in by a quarter point. The
	// line is exact and the letter is drawn in by the style, so that 22 × 28 holds in programs without a grid too.
	linePitch = "579"
	bodyWide  = 315 // twips of one character of body text
	drawnIn   = "-5"
)

// look is how a style looks.
type look struct {
	id, name string
	face     face
	half     int // size in half points: 32 is 三号
	bold     bool
	colour   string
	align    string
	indent   int // characters of the first line
	line     int // exact distance of lines in twips, 0 as the body
	before   int
	after    int
	outline  int // level + 1 of a heading, 0 none
	keep     bool
	hold     bool // may not be drawn in
	free     bool // keeps its own distance of lines, not that of the page
}

var looks = []look{
	{id: "RedHead", name: "Red head", face: xiaobiao, half: 88, colour: red, align: "center", line: 1160, before: 0, after: 240, keep: true, hold: true, free: true},
	{id: "DocNumber", name: "Document number", face: fangsong, half: 32, align: "center", after: 120, keep: true},
	{id: "Issuer", name: "Issuer", face: fangsong, half: 32, keep: true},
	{id: "Title", name: "Title", face: xiaobiao, half: 44, align: "center", line: 700, before: 579, after: 579, keep: true, hold: true, free: true},
	{id: "Heading1", name: "heading 1", face: heiti, half: 32, indent: 2, outline: 1, keep: true},
	{id: "Heading2", name: "heading 2", face: kaiti, half: 32, indent: 2, outline: 2, keep: true},
	{id: "Heading3", name: "heading 3", face: fangsong, half: 32, bold: true, indent: 2, outline: 3, keep: true},
	{id: "BodyText", name: "Body Text", face: fangsong, half: 32, align: "both", indent: 2},
	{id: "Flush", name: "Flush", face: fangsong, half: 32, align: "both"},
	{id: "Centred", name: "Centred", face: fangsong, half: 32, align: "center"},
	{id: "Signed", name: "Signed", face: fangsong, half: 32, align: "right"},
	{id: "Annex", name: "Annex", face: heiti, half: 32, keep: true},
	{id: "Sent", name: "Sent", face: fangsong, half: 28, line: 480, free: true},
	{id: "InTable", name: "In table", face: fangsong, half: 21, line: 320, hold: true, free: true},
	{id: "TableTop", name: "Table top", face: heiti, half: 21, align: "center", line: 320, hold: true, free: true},
	{id: "Footer", name: "footer", face: songti, half: 28, line: 400, hold: true, free: true},
}

func font(o *out, f face) {
	o.leaf("w:rFonts", "w:ascii", "Times New Roman", "w:hAnsi", "Times New Roman", "w:cs", "Times New Roman", "w:eastAsia", f.name)
}

func (d Document) styles(o *out) {
	o.open("w:styles", "xmlns:w", nsMain)
	o.open("w:docDefaults")
	o.open("w:rPrDefault")
	o.open("w:rPr")
	font(o, fangsong)
	o.leaf("w:sz", "w:val", "32")
	o.leaf("w:szCs", "w:val", "32")
	o.leaf("w:lang", "w:val", d.Lang, "w:eastAsia", "zh-CN")
	o.shut("w:rPr")
	o.shut("w:rPrDefault")
	o.shut("w:docDefaults")
	o.open("w:style", "w:type", "paragraph", "w:default", "1", "w:styleId", "Normal")
	o.leaf("w:name", "w:val", "Normal")
	o.shut("w:style")
	for _, l := range looks {
		l.write(o)
	}
	o.shut("w:styles")
}

func (l look) write(o *out) {
	o.open("w:style", "w:type", "paragraph", "w:styleId", l.id)
	o.leaf("w:name", "w:val", l.name)
	o.leaf("w:basedOn", "w:val", "Normal")
	o.leaf("w:qFormat")
	o.open("w:pPr")
	if l.keep {
		o.leaf("w:keepNext")
	}
	// The order of these elements is that of the schema.
	o.leaf("w:widowControl", "w:val", "0")
	o.leaf("w:kinsoku")
	o.leaf("w:overflowPunct", "w:val", "0")
	o.leaf("w:autoSpaceDE", "w:val", "0")
	o.leaf("w:autoSpaceDN", "w:val", "0")
	if l.free {
		o.leaf("w:snapToGrid", "w:val", "0")
	}
	line := linePitch
	if l.line > 0 {
		line = strconv.Itoa(l.line)
	}
	o.leaf("w:spacing", "w:before", strconv.Itoa(l.before), "w:after", strconv.Itoa(l.after), "w:line", line, "w:lineRule", "exact")
	if l.indent > 0 {
		o.leaf("w:ind", "w:firstLine", strconv.Itoa(l.indent*bodyWide))
	}
	if l.align != "" {
		o.leaf("w:jc", "w:val", l.align)
	}
	if l.outline > 0 {
		o.leaf("w:outlineLvl", "w:val", strconv.Itoa(l.outline-1))
	}
	o.shut("w:pPr")
	o.open("w:rPr")
	font(o, l.face)
	if l.bold {
		o.leaf("w:b")
	}
	if l.colour != "" {
		o.leaf("w:color", "w:val", l.colour)
	}
	if !l.hold {
		o.leaf("w:spacing", "w:val", drawnIn)
	}
	o.leaf("w:sz", "w:val", strconv.Itoa(l.half))
	o.leaf("w:szCs", "w:val", strconv.Itoa(l.half))
	o.shut("w:rPr")
	o.shut("w:style")
}

func settings(o *out) {
	o.open("w:settings", "xmlns:w", nsMain)
	o.leaf("w:evenAndOddHeaders")
	o.leaf("w:characterSpacingControl", "w:val", "doNotCompress")
	o.open("w:compat")
	o.leaf("w:compatSetting", "w:name", "compatibilityMode", "w:uri", "http://schemas.microsoft.com/office/word", "w:val", "15")
	o.shut("w:compat")
	o.shut("w:settings")
}

func fontTable(o *out) {
	o.open("w:fonts", "xmlns:w", nsMain)
	for _, f := range faces {
		o.open("w:font", "w:name", f.name)
		o.leaf("w:altName", "w:val", f.instead)
		o.leaf("w:charset", "w:val", "86")
		o.leaf("w:family", "w:val", "auto")
		o.shut("w:font")
	}
	o.open("w:font", "w:name", "Times New Roman")
	o.leaf("w:altName", "w:val", "Liberation Serif,Tinos,Noto Serif")
	o.leaf("w:charset", "w:val", "00")
	o.leaf("w:family", "w:val", "roman")
	o.shut("w:font")
	o.shut("w:fonts")
}

// footer is "— 3 —", outside: right on odd pages, left on even ones, one character in.
func footer(o *out, side string) {
	o.open("w:ftr", "xmlns:w", nsMain, "xmlns:r", nsRel)
	o.open("w:p")
	o.open("w:pPr")
	o.leaf("w:pStyle", "w:val", "Footer")
	o.leaf("w:ind", "w:left", "280", "w:right", "280")
	o.leaf("w:jc", "w:val", side)
	o.shut("w:pPr")
	run(o, "— ")
	for _, c := range []string{"begin", "", "separate", "1", "end"} {
		o.open("w:r")
		switch c {
		case "":
			o.words("w:instrText", " PAGE ", "xml:space", "preserve")
		case "1":
			o.words("w:t", "1")
		default:
			o.leaf("w:fldChar", "w:fldCharType", c)
		}
		o.shut("w:r")
	}
	run(o, " —")
	o.shut("w:p")
	o.shut("w:ftr")
}

func contentTypes(o *out) {
	o.open("Types", "xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")
	o.leaf("Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml")
	o.leaf("Default", "Extension", "xml", "ContentType", "application/xml")
	o.leaf("Override", "PartName", "/docProps/core.xml", "ContentType", "application/vnd.openxmlformats-package.core-properties+xml")
	for _, p := range [][2]string{{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"},
		{"footer1", "footer"}, {"footer2", "footer"}} {
		o.leaf("Override", "PartName", "/word/"+p[0]+".xml", "ContentType", "application/vnd.openxmlformats-officedocument.wordprocessingml."+p[1]+"+xml")
	}
	o.shut("Types")
}

func relations(o *out) {
	o.open("Relationships", "xmlns", nsPack)
	o.leaf("Relationship", "Id", "rId1", "Type", nsRel+"/officeDocument", "Target", "word/document.xml")
	o.leaf("Relationship", "Id", "rId2", "Type", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "Target", "docProps/core.xml")
	o.shut("Relationships")
}

func documentRelations(o *out) {
	o.open("Relationships", "xmlns", nsPack)
	for i, p := range [][2]string{{"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}, {"footer", "footer1"}, {"footer", "footer2"}} {
		o.leaf("Relationship", "Id", "rId"+strconv.Itoa(i+1), "Type", nsRel+"/"+p[0], "Target", p[1]+".xml")
	}
	o.shut("Relationships")
}

func (d Document) core(o *out) {
	o.open("cp:coreProperties", "xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:dcterms", "http://purl.org/dc/terms/",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
	o.words("dc:title", d.Title)
	o.words("dc:creator", d.Author)
	at := d.Time.UTC().Format(time.RFC3339)
	o.words("dcterms:created", at, "xsi:type", "dcterms:W3CDTF")
	o.words("dcterms:modified", at, "xsi:type", "dcterms:W3CDTF")
	o.shut("cp:coreProperties")
}
