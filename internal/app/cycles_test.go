package app

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"sanwen/internal/base/cycle"
	"sanwen/internal/ground/lang"
	"sanwen/internal/reading/publish/news"
	"sanwen/internal/work/assignment"
	"sanwen/internal/work/ballot"
	"sanwen/internal/work/inspect"
	"sanwen/internal/work/matter"
	"sanwen/internal/work/meeting"
	"sanwen/internal/work/practice"
	"sanwen/internal/work/proposal"
	"sanwen/internal/work/season"
	"sanwen/internal/work/supervise"
	"sanwen/internal/work/voice"
)

// lives are the life cycles in the order of the manual, with their headings.
var lives = []struct {
	table  cycle.Table
	zh, en string
}{
	{voice.Cycle, "心声", "A voice"},
	{assignment.Cycle, "交办", "An assignment"},
	{matter.Cycle, "实事", "A matter"},
	{supervise.Cycle, "督办单", "A supervision order"},
	{supervise.TalkCycle, "约谈", "A talk"},
	{supervise.WhistleCycle, "吹哨", "A whistle"},
	{supervise.ExclusionCycle, "剔除申请", "An exclusion"},
	{meeting.Cycle, "会议", "A meeting"},
	{ballot.PoolCycle, "候选实事", "A candidate"},
	{ballot.Cycle, "票选", "A ballot"},
	{meeting.ResolutionCycle, "议定事项", "A resolution"},
	{inspect.Cycle, "检查记录", "A visit"},
	{inspect.CallCycle, "严重不合格的呼叫", "The call for something critical"},
	{inspect.WalkCycle, "一次巡查", "The walk of a round"},
	{proposal.Congress, "职代会提案", "A proposal to the congress"},
	{proposal.Improvement, "合理化建议", "A rationalisation proposal"},
	{season.Cycle, "季节任务和每月一题", "A task of the calendar"},
	{practice.Cycle, "典型经验", "A practice"},
	{practice.AdoptionCycle, "采用", "An adoption"},
	{news.Cycle, "公示、公开、简报、通报", "A notice, disclosure, bulletin or circular"},
}

// manual is the page of a language: a diagram and a table for each life cycle.
func manual(l lang.Lang) string {
	var b strings.Builder
	if l == lang.ZH {
		b.WriteString("# 生命周期\n\n按钮、规则和模型测试都从这些表来；本页由 `SANWEN_GOLDEN=new go test ./internal/app -run TestCyclesAreDrawn` 写出。\n")
	} else {
		b.WriteString("# Life cycles\n\nButtons, rules and the model tests come from these tables; `SANWEN_GOLDEN=new go test ./internal/app -run TestCyclesAreDrawn` writes this page.\n")
	}
	for _, x := range lives {
		name := x.en
		if l == lang.ZH {
			name = x.zh
		}
		fmt.Fprintf(&b, "\n## %s\n\n```mermaid\n%s```\n\n%s", name, x.table.Mermaid(), x.table.Markdown(l.T))
	}
	return b.String()
}

// TestCyclesAreDrawn: the manual draws every life cycle as it is, with words for every state and guard, and every table is sound.
func TestCyclesAreDrawn(t *testing.T) {
	for _, x := range lives {
		if err := x.table.Check(); err != nil {
			t.Error(err)
		}
	}
	for l, file := range map[lang.Lang]string{lang.ZH: "../../docs/zh/cycles.md", lang.EN: "../../docs/en/cycles.md"} {
		want := manual(l)
		for _, line := range strings.Split(want, "\n") {
			if strings.HasPrefix(line, "| ") && (strings.Contains(line, ".state.") || strings.Contains(line, ".guard.") || strings.Contains(line, ".life.") || strings.Contains(line, "_state.") || strings.Contains(line, "supervise.exclusion.") || strings.Contains(line, "role.")) {
				t.Errorf("%s: no words for something in %s", file, line)
			}
		}
		if os.Getenv("SANWEN_GOLDEN") == "new" {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s is not what the tables say (%v): see its head", file, err)
		}
	}
}
