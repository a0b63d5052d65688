package evaluate

import (
	"fmt"
	"strings"
)

// Generated makes texts as employees write them, out of lists: the same every time.
func Generated(n int) []string {
	places := strings.Fields("新浴室 老浴室 食堂 二食堂 清真窗口 车棚 西门 东门 南门 宿舍 办公楼 机加车间 装配车间 焊接车间 喷漆车间 热处理车间 仓库 成品库 更衣室 锅炉房 变电站 卫生所 活动室 球场 图书角 班车点 停车场 危废间 空压站 水泵房")
	things := strings.Fields("热水 喷头 地砖 换气扇 更衣柜 空调 暖气 风扇 照明灯 饮水机 行车 叉车 电梯 卷帘门 门禁 插座 网络 打印机 工具柜 座椅 排风 除尘器 护栏 消防栓 灭火器 雨棚 下水道 洗手池 垃圾桶 班车 饭菜 餐具 手套 工作服 安全帽 耳塞 口罩 药箱 工资条 加班费 夜班费 补贴 排班 培训 体检 考勤 班前会 奖金 公示 流程")
	wrongs := strings.Fields("坏了没人修 一直不够用 忽冷忽热 时好时坏 声音特别大 有一股味道 太旧该换了 总是晚 漏水漏了一个月 没有人管 报修三次没有回音 和公示的不一样 少算了两天 不干净 不安全有人差点受伤 排队要半个小时 夜班用不上 周末没有 说修好又坏了 比以前差多了")
	ends := strings.Fields("希望尽快解决 请领导来现场看看 大家都有意见 夜班的人最难 上次也反映过 能不能给个时间 天冷以后更明显 不是一个人这样说 建议换一家 请公布结果")
	x := uint64(0x5deece66d)
	next := func(k int) int {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return int(x >> 11 % uint64(k))
	}
	pick := func(l []string) string { return l[next(len(l))] }
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%d号%s的%s%s，%s%s，%s。%s", next(60)+1, pick(places), pick(things), pick(wrongs), pick(things), pick(wrongs), pick(ends), pick(ends))
	}
	return out
}
