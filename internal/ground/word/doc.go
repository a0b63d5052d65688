// Package word writes Word documents (.docx, Office Open XML) as Chinese
// offices lay them out: GB/T 9704-2012 with its margins, its 22 lines of 28
// characters, its typefaces by name with what stands in for them, the red
// head, the numbers of pages with a dash on either side.
//
// It knows no matter: it takes headings, paragraphs, tables and a page. The
// same document gives the same bytes, so that a digest of it can be kept.
// Text is text whatever it holds: it is escaped by encoding/xml, and what XML
// cannot hold is dropped.
//
//	err := word.Write(w, word.Document{
//		Title: "会议纪要", Time: signed, Lang: "zh-CN",
//		Sections: []word.Section{{Page: word.Official, Blocks: []word.Block{
//			word.Head("会议纪要"), word.P(word.Number, "〔2026〕3号"), word.Line(true),
//			word.P(word.Title, "关于……的纪要"),
//			word.P(word.Heading1, "一、通报进展"),
//			word.P(word.Body, "……"),
//			word.Table{Widths: []float64{12, 100, 44}, Head: 1, Rows: [][]word.Cell{word.Row("序号", "事项", "时限")}},
//		}}},
//	})
package word
