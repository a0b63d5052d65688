package words

import (
	"strings"
)

// Alarm is what the words of a voice demand at once, before anybody has read it.
type Alarm struct {
	Kind     string   // "hazard", "food", "injury", "crisis" or "": the gravest that was found
	Category string   // category that the words point to, where one is certain
	Words    []string // what was found, for the page that explains it
}

// Kinds of alarm.
const (
	AlarmHazard = "hazard" // danger to life or limb now: past the queue to the safety duty roster
	AlarmFood   = "food"   // spoilt food or sickness after a meal: past the queue to the food duty roster
	AlarmInjury = "injury" // somebody was hurt or will be: the class is raised by one step
	AlarmCrisis = "crisis" // the person himself is in danger: no ticket, the hotline, a count
)

// alarmRule: every group of all must be found, by any of its words. A word directly after a negation is not found. not
// lists phrases that make the rule silent.
type alarmRule struct {
	kind     string
	category string
	all      [][]string
	not      []string
}

var people = []string{"有人", "工人", "同事", "师傅", "还在", "正在", "现在", "摔人", "伤人", "砸人", "people", "somebody", "someone", "now", "slip"}

// alarmRules are the default rules of the product. They are deliberately few and concrete: the red buttons before the
// form are the sure way, the words catch who did not see them.
var alarmRules = []alarmRule{
	// crisis of the person who writes
	{kind: AlarmCrisis, all: [][]string{{"不想活", "想死", "寻死", "自杀", "轻生", "活不下去", "结束生命", "一了百了", "割腕", "跳楼算了",
		"活着没什么意思", "活着没意思", "活着没有意义", "活着没什么意义", "不如死了", "想结束自己",
		"suicide", "kill myself", "end my life", "want to die", "life seems pointless", "no point in living", "better off dead"}},
		not: []string{"防自杀", "预防自杀", "自杀式", "想死我", "suicide prevention"}},

	// spoilt food
	{kind: AlarmFood, category: "A1", all: [][]string{
		{"食堂", "餐厅", "饭", "菜", "肉", "馒头", "盒饭", "夜餐", "吃了", "吃完", "饮用水", "canteen", "food", "dish", "meal", "ate"},
		{"拉肚子", "腹泻", "呕吐", "上吐下泻", "食物中毒", "吃坏", "变质", "馊", "酸味", "发霉的", "蟑螂", "虫子", "异物", "玻璃渣", "钢丝",
			"diarrhoea", "diarrhea", "vomit", "food poisoning", "spoilt", "spoiled", "tasted sour", "rotten", "maggot"}}},

	// danger now
	{kind: AlarmHazard, category: "C2", all: [][]string{{"暖气管", "供暖管", "蒸汽管", "热水管", "水管", "主管道", "heating pipe", "steam pipe", "water pipe"},
		{"漏水", "漏汽", "爆管", "爆裂", "喷水", "leaks", "leaking", "burst"},
		{"流到", "结冰", "摔", "烫", "电", "淹", "喷", "爆", "stairs", "slip", "ice", "scald", "burst"}}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"护栏", "栏杆", "平台", "踏板", "盖板", "井盖", "吊具", "钢丝绳", "脚手架", "guard-rail", "guardrail", "railing", "scaffold", "hatch cover"},
		{"断了", "断裂", "掉了", "脱落", "塌", "松动", "没了", "缺失", "丢了", "broken", "missing", "loose", "collapsed"}, people}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"煤气", "一氧化碳", "燃气", "天然气", "氧气", "氮气", "氨气", "gas", "carbon monoxide", "ammonia"},
		{"泄漏", "漏气", "泄露", "报警器响", "报警仪响", "超标", "中毒", "leak", "alarm is", "poisoned"}}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"着火", "起火", "失火", "冒烟", "冒火", "火苗", "on fire", "smoke coming", "flames"}},
		not: []string{"着火点", "禁止冒烟"}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"漏电", "电线裸露", "裸露的电线", "触电", "电缆破", "电火花", "打火花", "live wire", "bare wire", "electric shock"}},
		not: []string{"防触电", "漏电保护", "触电培训", "触电急救"}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"马上要塌", "快要塌", "要塌了", "塌方", "坍塌", "要掉下来", "快掉下来", "about to collapse", "about to fall"}}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"钢水", "铁水", "熔渣", "molten"}, {"泄漏", "外溢", "漏出", "喷溅", "leak", "spill"}}},
	{kind: AlarmHazard, category: "H1", all: [][]string{{"晕倒", "昏迷", "不省人事", "被压住", "被夹住", "困在", "unconscious", "collapsed", "trapped"}, people}},

	// somebody is hurt by it
	{kind: AlarmInjury, all: [][]string{{"烫红", "烫伤", "烫掉皮", "烧伤", "流血", "骨折", "砸伤", "摔伤", "划伤", "夹伤", "reddens the skin", "scald", "burnt", "bleeding", "fracture"}},
		not: []string{"防烫伤", "烫伤膏", "预防烫伤"}},
}

// negations directly before a word make it not found: "没有漏电", "不冒烟了".
var negations = []string{"没有", "没再", "没", "不再", "不会", "不", "未", "无", "避免", "防止", "预防", "no ", "not ", "never ", "without "}

// questions end like a negation and are none: "会不会漏电".
var questions = []string{"会不会", "是不是", "要不", "差不", "不得不"}

// over directly after a word makes it past: "漏水已修好".
var over = []string{"的问题已", "已经修", "已修", "已解决", "已经解决", "修好了", "处理好了", "解决了", "的培训", "培训", "应急演练", "演练", " drill", " has been repaired", " is fixed"}

// Listen looks for words that cannot wait. Kind is what the submitter called it. A voice of praise raises no alarm other than a crisis.
func Listen(text, kind string) Alarm {
	t := strings.ToLower(text)
	best := Alarm{}
	for _, r := range alarmRules {
		if kind == "praise" && r.kind != AlarmCrisis {
			continue
		}
		words, ok := r.match(t)
		if !ok || grave(r.kind) <= grave(best.Kind) {
			continue
		}
		best = Alarm{Kind: r.kind, Category: r.category, Words: words}
	}
	if kind == "hazard" && grave(best.Kind) < grave(AlarmFood) {
		best = Alarm{Kind: AlarmHazard, Words: best.Words}
	}
	return best
}

// Crisis reports whether the words say that the person himself is in danger, as [Listen] would, and looks for nothing else.
func Crisis(text string) bool {
	t := strings.ToLower(text)
	for i := range alarmRules {
		if alarmRules[i].kind == AlarmCrisis {
			if _, ok := alarmRules[i].match(t); ok {
				return true
			}
		}
	}
	return false
}

func grave(kind string) int {
	switch kind {
	case AlarmCrisis:
		return 4
	case AlarmHazard:
		return 3
	case AlarmFood:
		return 2
	case AlarmInjury:
		return 1
	}
	return 0
}

func (r alarmRule) match(t string) (words []string, ok bool) {
	for _, n := range r.not {
		if strings.Contains(t, n) {
			return nil, false
		}
	}
	for _, group := range r.all {
		found := ""
		for _, w := range group {
			if says(t, w) {
				found = w
				break
			}
		}
		if found == "" {
			return nil, false
		}
		words = append(words, found)
	}
	return words, true
}

// says reports whether the word stands somewhere in the text without a negation before it and without being over.
func says(t, word string) bool {
	for from := 0; ; {
		i := strings.Index(t[from:], word)
		if i < 0 {
			return false
		}
		i += from
		if (!endsWithAny(t[:i], negations) || endsWithAny(t[:i], questions)) && !beginsWithAny(t[i+len(word):], over) {
			return true
		}
		from = i + len(word)
	}
}

func endsWithAny(s string, list []string) bool {
	for _, x := range list {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

func beginsWithAny(s string, list []string) bool {
	for _, x := range list {
		if strings.HasPrefix(s, x) {
			return true
		}
	}
	return false
}

// Hint is what the words suggest to triage: a restricted path. It decides nothing.
type Hint struct {
	Restricted string // "discipline", "health", "aid" or ""
	Words      []string
}

var hintRules = []struct {
	class string
	words []string
}{
	{"discipline", []string{"谁捅", "是谁说的", "打击报复", "穿小鞋", "内定", "暗箱", "吃拿卡要", "送礼", "回扣", "强令", "不停电就", "不干就扣", "谁说谁挨批",
		"不敢署名", "骂人", "辱骂", "骚扰", "不符合条件也", "who told on us", "dare not sign", "fixed beforehand", "bribe", "harass", "is scolded", "without meeting the conditions"}},
	{"health", []string{"体检结果", "职业健康", "职业病", "听力", "尘肺", "我的病", "occupational check-up", "my hearing", "diagnos"}},
	{"aid", []string{"重病", "大病", "帮扶", "救助", "困难补助", "自费药", "不想让班里知道", "seriously ill", "out of pocket"}},
}

// Suggest looks for words that belong on a restricted path. Aid comes first: whoever asks for help must not read it as
// an accusation.
func Suggest(text string) Hint {
	t := strings.ToLower(text)
	var best Hint
	for _, r := range hintRules {
		var found []string
		for _, w := range r.words {
			if strings.Contains(t, w) {
				found = append(found, w)
			}
		}
		if len(found) > len(best.Words) || (len(found) > 0 && r.class == "aid" && len(found) == len(best.Words)) {
			best = Hint{Restricted: r.class, Words: found}
		}
	}
	return best
}
