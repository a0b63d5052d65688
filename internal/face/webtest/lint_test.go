package webtest_test

import (
	"strings"
	"testing"

	"sanwen/internal/face/webtest"
)

const clean = `<!doctype html><html lang="zh-CN"><head><title>收件箱 · 职工服务</title></head><body><main><h1>收件箱</h1>
<form><label for="a">姓名</label><input id="a" name="a"><fieldset><legend>程度</legend><label><input type="radio" name="r" value="1"> 一</label></fieldset>
<button>发送</button></form><h2>列表</h2><table><caption>列表</caption><tr><th scope="col">号</th></tr><tr><td>1</td></tr></table>
<a href="/">首页</a><img src="/x.jpg" alt="浴室"><svg aria-hidden="true"></svg><p>Bpzpn0EMm0x0TFhelWNqswTxtfeE= 0x0+a</p>HERE</main></body></html>`

// TestLintFinds: every rule finds what breaks it, and nothing on a page that is in order.
func TestLintFinds(t *testing.T) {
	at := func(status int, body string) []string {
		return webtest.PageOf(t, "/x", status, []byte(body)).Lint()
	}
	if got := at(200, strings.Replace(clean, "HERE", "", 1)); len(got) > 0 {
		t.Fatalf("a clean page: %q", got)
	}
	for planted, want := range map[string]string{
		`<div onclick="go()">x</div>`:             "a script in the attribute",
		`<div role="button" tabindex="0">去</div>`: "plays the role of a button",
		`<a>去</a>`:                                                                "a link that leads nowhere",
		`<a href="javascript:go()">去</a>`:                                         "a script as a link",
		`<a href="#gone">去</a>`:                                                   "leads to #gone",
		`<a href="/"><button>去</button></a>`:                                      "a control within a control",
		`<p style="color:red">红</p>`:                                              "style in an attribute",
		`<button tabindex="3">去</button>`:                                         "tabindex 3",
		`<button autofocus>去</button>`:                                            "takes the focus by itself",
		`<form><label for="b">一</label><input id="b" name="b"></form>`:            "a form without a button",
		`<img src="/y.jpg">`:                                                      "a picture without words",
		`<img src="/y.jpg" alt="IMG_2031.jpg">`:                                   "the name of a file",
		`<svg></svg>`:                                                             "a drawing neither hidden nor named",
		`<table><caption>表</caption><tr><th>x</th></tr></table>`:                  "without scope",
		`<table><tr><th scope="col">x</th></tr></table>`:                          "a table without caption",
		`<table><caption>表</caption><tr><td>x</td></tr></table>`:                  "a table without heads",
		`<button></button>`:                                                       "a control without a name",
		`<button aria-label="删除">发送</button>`:                                     `is called "删除"`,
		`<input name="b" placeholder="姓名">`:                                       "a placeholder instead of a label",
		`<input name="b" title="姓名">`:                                             "a field without a label",
		`<label for="b">一</label><label for="b">二</label><input id="b" name="b">`: "several labels",
		`<label for="gone">一</label>`:                                             "for names #gone",
		`<p id="a">两次</p>`:                                                        "id a twice",
		`<h4>跳过</h4>`:                                                             "level 4 after one of level 2",
		`<h1>又一个</h1>`:                                                            "2 headings of the first level",
		`<h3></h3>`:                                                               "an empty heading",
		`<fieldset><label><input type="checkbox" name="c"> 一</label></fieldset>`:  "without a legend",
		`<label><input type="radio" name="q" value="1"> 一</label>`:                "a choice outside a group",
		`<p>web.skip</p>`:                                                         "the key web.skip",
		`<p>共 0xc000124</p>`:                                                      "0xc000124 in a sentence",
		`<p>共 %!d(string=x)</p>`:                                                  "%! in a sentence",
		`<script>go()</script>`:                                                   "a script within the page",
		`<div class="summary" role="alert"><h2>有误</h2></div>`:                     "faults listed: true",
		`<button aria-describedby="gone">去</button>`:                              "aria-describedby names #gone",
	} {
		got := strings.Join(at(200, strings.Replace(clean, "HERE", planted, 1)), "\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s: not found %q, only %q", planted, want, got)
		}
	}
	for old, change := range map[string][2]string{
		`lang="zh-CN"`: {`lang="zh"`, `the language of the page`},
		`收件箱 · 职工服务`:   {` · 职工服务`, "names no page"},
		`<h1>收件箱</h1>`: {``, "0 headings"},
	} {
		got := strings.Join(at(200, strings.NewReplacer("HERE", "", old, change[0]).Replace(clean)), "\n")
		if !strings.Contains(got, change[1]) {
			t.Errorf("%s: not found %q, only %q", old, change[1], got)
		}
	}
	if got := strings.Join(at(422, strings.Replace(clean, "HERE", `<p class="wrong">x</p>`, 1)), "\n"); !strings.Contains(got, "no list of them") {
		t.Errorf("faults without a list: %q", got)
	}
}
