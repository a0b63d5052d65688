package words

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Mask is what stands where a word was taken out.
const Mask = "〔…〕"

// What is masked by rule. Each expression masks its last group; the words around it stay, so that the reader sees what
// kind of thing was there.
var masks = []mask{
	{re: regexp.MustCompile(`(?:^|[^0-9])([1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{5}[0-9Xx])(?:$|[^0-9])`), digits: 17}, // resident identity number
	{re: regexp.MustCompile(`(?:^|[^0-9])((?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4})(?:$|[^0-9])`), digits: 11},              // mobile phone
	{re: regexp.MustCompile(`(?:^|[^0-9])(0[0-9]{2,3}[- ]?[0-9]{7,8})(?:$|[^0-9])`), digits: 10},                                        // land line
	{re: regexp.MustCompile(`(?:电话|手机|微信号?|QQ|qq|phone|tel)[是为:: ]{0,2}([0-9A-Za-z_-]{5,})`), words: []string{"电话", "手机", "微信", "QQ", "qq", "phone", "tel"}},
	{re: regexp.MustCompile(`(?:工号|员工号|职工号|employee (?:no\.?|number))[是为:: ]{0,2}([0-9A-Za-z-]{3,})`), words: []string{"工号", "职工号", "employee "}},
	{re: regexp.MustCompile(`(?:更衣柜|柜号|衣柜)[是为:: ]{0,2}([0-9A-Za-z-]{2,}号?)`), words: []string{"更衣柜", "柜号", "衣柜"}},
	{re: regexp.MustCompile(`(?:我叫|我是|姓名|名字叫|本人叫)[是为:: ]{0,2}(` + surname + `\p{Han}{1,2})(?:$|[^\p{Han}]|的|在|是|来|住|,)`), words: []string{"我叫", "我是", "姓名", "名字叫", "本人叫"}},
	{re: regexp.MustCompile(`(?:[Mm]y name is|I am called) ((?:\p{Lu}[\p{L}'-]+ ?){1,3})`), words: []string{"y name is", "I am called"}},
	{re: regexp.MustCompile(`([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})`), words: []string{"@"}},
}

// mask is an expression, and what a text must have for it to match: so many digits, or one of some words. Most texts have neither,
// and looking for that takes a fraction of the time.
type mask struct {
	re     *regexp.Regexp
	digits int
	words  []string
}

func (m mask) may(text string, digits int) bool {
	if m.words == nil {
		return digits >= m.digits
	}
	return slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(text, w) })
}

func digitsIn(text string) (n int) {
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			n++
		}
	}
	return n
}

// surname covers the hundred commonest family names, which more than four of five people bear.
const surname = `[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤]`

// RedactSuggest masks what tells who wrote: phone and identity numbers, employee and locker numbers, addresses, and names
// after "我叫", "姓名" and the like. It is a suggestion for triage, not a promise: turns of phrase, shifts and "our crew has
// only…" are for a person to see.
func RedactSuggest(text string) string {
	for {
		before := text
		for _, m := range masks {
			if m.may(text, digitsIn(text)) {
				text = maskAll(m.re, text)
			}
		}
		if text == before { // masking one thing can bring another to light, as two numbers written together
			return text
		}
	}
}

func maskAll(m *regexp.Regexp, text string) string {
	var b strings.Builder
	from := 0
	for from < len(text) {
		loc := m.FindStringSubmatchIndex(text[from:])
		if loc == nil {
			break
		}
		b.WriteString(text[from : from+loc[2]])
		b.WriteString(Mask)
		from += loc[3]
	}
	b.WriteString(text[from:])
	return b.String()
}

// Telltale lists what in a text for a department would still be masked by rule.
func Telltale(text string) []string {
	var out []string
	for _, m := range masks {
		for _, g := range m.re.FindAllStringSubmatch(text, -1) {
			if w := strings.TrimSpace(g[1]); !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// Bare keeps the letters and digits of a text, in small letters: what counts when texts are compared.
func Bare(s string) []rune {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

// Excerpt is the first n characters of a text in one line, for lists.
func Excerpt(text string, n int) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "…"
}
