package picture

// scenes by name. ok says whether the work is done.
var scenes = map[string]func(c *canvas, ok bool){
	"bath": bath, "changing": changing, "canteen": canteen, "kitchen": kitchen, "heating": heating, "dorm": dorm, "rest": rest, "toilet": toilet,
	"water": water, "aircon": aircon, "lift": lift, "gym": gym, "nursing": nursing, "clinic": clinic, "store": store, "room": room,
	"road": road, "lamp": lamp, "bus": bus, "parking": parking, "shed": shed, "belt": belt, "coke": coke, "crossing": crossing, "court": court,
}

// pick is a while the work is not done, b afterwards.
func pick(ok bool, a, b uint32) uint32 {
	if ok {
		return b
	}
	return a
}

// floor lays the floor of a room from y down.
func (c *canvas) floor(y float32, light, dark uint32) {
	c.poly(rgb(light), 0, y, Width, y, Width, Height, 0, Height)
	for i := float32(0); i <= 8; i++ {
		c.line(Width/2+(i-4)*70, y, Width/2+(i-4)*210, Height, 2, rgb(dark))
	}
	for _, d := range []float32{30, 78, 140} {
		c.line(0, y+d, Width, y+d, 2, rgb(dark))
	}
}

// drops are stains: damp, mould, rust.
func (c *canvas) drops(n uint32, at ...float32) {
	for i := 0; i+2 < len(at); i += 3 {
		c.disc(at[i], at[i+1], at[i+2], see(n, 110))
		c.disc(at[i]+at[i+2]*0.7, at[i+1]+at[i+2]*0.5, at[i+2]*0.6, see(n, 130))
	}
}

func bath(c *canvas, ok bool) {
	c.tiles(0, 0, Width, 400, 46, pick(ok, 0xC9D3CE, 0xE6F1F5), pick(ok, 0x9AA79F, 0xC2D6DF))
	c.tiles(0, 400, Width, 140, 60, pick(ok, 0x9DA8A3, 0xB9CBD3), 0x8795A0)
	for i := range 4 {
		x := float32(90 + 175*i)
		c.line(x, 60, x, 215, 9, rgb(pick(ok, 0x8A8F8C, 0xAEB8BE)))
		c.line(x, 62, x+52, 62, 9, rgb(pick(ok, 0x8A8F8C, 0xAEB8BE)))
		c.poly(rgb(pick(ok, 0x7C7F7B, 0x8FA0AA)), x+36, 66, x+70, 66, x+80, 90, x+26, 90)
		c.disc(x, 215, 15, rgb(0xC0392B))
		c.disc(x, 250, 15, rgb(0x2F78B7))
		if ok {
			for k := range 5 {
				c.line(x+32+float32(k)*10, 96, x+22+float32(k)*15, 390, 2.5, see(0x5AA9D6, 170))
			}
			c.disc(x+55, 200, 42, see(0xFFFFFF, 90))
			c.disc(x+80, 150, 30, see(0xFFFFFF, 80))
		} else if i != 2 {
			c.line(x+52, 96, x+50, 380, 2, see(0x5AA9D6, 150))
		}
	}
	if !ok {
		c.drops(0x3E4A3F, 40, 330, 34, 300, 372, 28, 640, 30, 40, 690, 350, 26)
	}
}

func changing(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xC8C2B4, 0xEFE9DC)))
	c.floor(420, pick(ok, 0x8C8577, 0xB7AC97), pick(ok, 0x79725F, 0x9F947E))
	n, w := 5, float32(128)
	if ok {
		n, w = 8, 82
	}
	for i := range n {
		x := float32(30) + float32(i)*(w+1)
		col := pick(ok, 0x6F7F85, 0x4C86A8)
		for r := range 2 {
			y := float32(70 + 185*r)
			c.rect(x, y, w-6, 178, rgb(col))
			c.rect(x+8, y+14, w-22, 4, see(0xFFFFFF, 90))
			c.rect(x+8, y+24, w-22, 4, see(0xFFFFFF, 90))
			c.disc(x+w-22, y+96, 5, rgb(0xE8E2C8))
			if !ok && (i+r)%3 == 1 {
				c.poly(rgb(0x2C3336), x+6, y+6, x+w-30, y+20, x+w-30, y+160, x+6, y+172)
			}
		}
	}
	c.box(60, 452, 600, 22, 6, rgb(pick(ok, 0x6B5030, 0xC68E4E)))
	for _, x := range []float32{110, 360, 600} {
		c.rect(x, 474, 14, 44, rgb(0x59452C))
	}
}

func canteen(c *canvas, ok bool) {
	c.rect(0, 0, Width, 400, rgb(pick(ok, 0xD9CFBD, 0xF6EBD6)))
	c.floor(400, 0xA7A69F, 0x92918A)
	c.box(50, 30, 620, 90, 8, rgb(pick(ok, 0x5E5144, 0x3B5B45)))
	for i := range 5 {
		c.rect(float32(76+118*i), 52, 88, 8, see(0xFFFFFF, 170))
		c.rect(float32(76+118*i), 74, 60, 8, see(0xFFFFFF, 120))
		c.rect(float32(76+118*i), 94, 74, 8, see(0xFFD54A, 200))
	}
	c.rect(30, 250, 660, 26, rgb(0xBFC4C6))
	c.rect(40, 276, 640, 150, rgb(pick(ok, 0x8E959A, 0xAFB8BE)))
	for i := range 5 {
		x := float32(62 + 124*i)
		c.box(x, 214, 100, 40, 6, rgb(0x84898C))
		if !ok && i == 3 {
			c.rect(x+6, 222, 88, 26, rgb(0x55595B))
			continue
		}
		c.box(x+6, 218, 88, 30, 6, rgb([]uint32{0x7DA453, 0xC9683A, 0xE1B84B, 0x9B4B32, 0xB9C85A}[i]))
		if ok {
			for k := range 3 {
				c.disc(x+24+float32(k)*26, 190-float32(k%2)*14, 11, see(0xFFFFFF, 120))
			}
		}
	}
	if !ok {
		for i := range 6 { // a queue that stands
			x := float32(60 + 110*i)
			c.disc(x+30, 352, 22, rgb(0xC99A78))
			c.box(x, 374, 60, 140, 20, rgb([]uint32{0x34567A, 0x3F6B8C, 0x2C4A66}[i%3]))
		}
		return
	}
	for i := range 3 {
		x := float32(80 + 210*i)
		c.box(x, 446, 150, 16, 6, rgb(0xD9A05B))
		c.rect(x+66, 462, 16, 60, rgb(0x6C6F70))
		c.disc(x+46, 440, 17, rgb(0xF2F2EE))
		c.disc(x+104, 440, 17, rgb(0xF2F2EE))
	}
}

func kitchen(c *canvas, ok bool) {
	c.tiles(0, 0, Width, 420, 40, pick(ok, 0xDCD7C8, 0xF1F4F3), 0xC6C8C2)
	c.floor(420, 0x9C9F9E, 0x878A89)
	c.poly(rgb(0xB9BFC2), 120, 0, 600, 0, 540, 90, 180, 90)
	c.rect(60, 270, 600, 170, rgb(0xAAB1B4))
	for i := range 3 {
		x := float32(100 + 190*i)
		c.disc(x+70, 250, 62, rgb(0x4B4F51))
		c.disc(x+70, 240, 52, rgb([]uint32{0xC9683A, 0x7DA453, 0xE1B84B}[i]))
		if ok {
			c.disc(x+54, 160, 22, see(0xFFFFFF, 130))
			c.disc(x+86, 130, 26, see(0xFFFFFF, 110))
		}
		c.box(x+18, 330, 104, 76, 6, rgb(pick(ok, 0x80888B, 0x96A0A4)))
	}
	if !ok {
		c.drops(0x4A3B2A, 60, 60, 40, 640, 110, 46, 350, 470, 50)
	}
}

func heating(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xBCC4CC, 0xF3E9DA)))
	c.floor(440, pick(ok, 0x84888C, 0xB79C77), pick(ok, 0x70757A, 0xA0855F))
	c.box(180, 40, 360, 200, 6, rgb(0xF4F4F0))
	c.rect(196, 56, 158, 168, rgb(pick(ok, 0x8FA6BC, 0xA9CDE8)))
	c.rect(366, 56, 158, 168, rgb(pick(ok, 0x8FA6BC, 0xA9CDE8)))
	if !ok {
		for i := range 9 {
			c.disc(float32(214+36*i), float32(212-8*(i%3)), 13, see(0xFFFFFF, 190))
		}
	}
	for i := range 11 {
		x := float32(150 + 38*i)
		c.box(x, 280, 32, 140, 12, rgb(pick(ok, 0xAEB4B5, 0xF7F3EA)))
		c.rect(x+6, 292, 5, 116, see(0xFFFFFF, 120))
		if ok {
			c.line(x+16, 268, x+22, 248, 4, see(0xE8622C, 190))
			c.line(x+22, 248, x+14, 230, 4, see(0xE8622C, 120))
		}
	}
	c.line(60, 300, 150, 300, 12, rgb(pick(ok, 0x7B5B44, 0xC9CDCD)))
	c.line(60, 402, 150, 402, 12, rgb(pick(ok, 0x7B5B44, 0xC9CDCD)))
	c.box(590, 270, 70, 130, 10, rgb(0xFFFFFF))
	c.rect(618, 290, 14, 80, rgb(0xD8DDDF))
	h := float32(28)
	if ok {
		h = 58
	}
	c.rect(618, 370-h, 14, h, rgb(0xC0392B))
	c.disc(625, 376, 14, rgb(0xC0392B))
}

func dorm(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xCFCBBF, 0xEEF0EA)))
	c.floor(430, 0xAA9272, 0x937C5E)
	c.rect(270, 60, 180, 190, rgb(pick(ok, 0xE9F3FA, 0x7D97AC)))
	if ok {
		c.rect(250, 46, 80, 230, rgb(0x3F5E7A))
		c.rect(390, 46, 80, 230, rgb(0x3F5E7A))
	} else {
		c.poly(see(0xFFF3B8, 130), 270, 250, 450, 250, 620, 430, 180, 430)
	}
	for _, x := range []float32{30, 470} {
		for r := range 2 {
			y := float32(190 + 140*r)
			c.rect(x, y, 220, 14, rgb(0x7B868C))
			c.box(x+6, y-30, 208, 32, 8, rgb(pick(ok, 0xC6C9C4, 0x8DB3C7)))
			c.box(x+12, y-44, 62, 24, 8, rgb(0xF7F7F2))
		}
		c.rect(x, 120, 10, 360, rgb(0x7B868C))
		c.rect(x+210, 120, 10, 360, rgb(0x7B868C))
	}
	if !ok {
		c.drops(0x565B4F, 360, 20, 40, 60, 40, 30)
	}
}

func rest(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xBDB6A8, 0xF4EEDF)))
	c.floor(410, pick(ok, 0x7E776A, 0xC9B187), pick(ok, 0x6C6558, 0xB29A70))
	if !ok {
		c.box(90, 340, 330, 26, 4, rgb(0x6B5030))
		c.rect(120, 366, 18, 90, rgb(0x59452C))
		c.rect(370, 366, 18, 90, rgb(0x59452C))
		c.rect(500, 150, 140, 170, rgb(0x8E9BA3))
		c.line(500, 150, 640, 320, 4, rgb(0x5A646A))
		c.drops(0x4A4438, 80, 90, 60, 340, 60, 40, 640, 60, 50)
		return
	}
	c.box(60, 40, 250, 74, 14, rgb(0xF7F8F8))
	c.rect(80, 92, 210, 8, rgb(0xC5CCD0))
	c.rect(360, 50, 300, 130, rgb(0xB23A2E))
	c.rect(372, 62, 276, 106, rgb(0xC94B3C))
	for i := range 4 {
		c.rect(float32(400+60*i), 96, 40, 40, rgb(0xFBE7B2))
	}
	c.box(60, 320, 300, 120, 24, rgb(0x4C86A8))
	c.box(60, 280, 300, 70, 24, rgb(0x5C9ABE))
	c.rect(430, 300, 230, 150, rgb(0xD9A05B))
	c.box(450, 230, 90, 68, 8, rgb(0x3A3F42))
	c.rect(458, 238, 58, 50, rgb(0x7C8B91))
	c.box(566, 190, 70, 110, 8, rgb(0xF3F6F7))
	c.disc(601, 170, 30, see(0x5AA9D6, 200))
}

func toilet(c *canvas, ok bool) {
	c.tiles(0, 0, Width, 420, 44, pick(ok, 0xCFCDBF, 0xEDF3F3), pick(ok, 0xABA898, 0xCBD9DA))
	c.tiles(0, 420, Width, 120, 56, 0x9BA5A8, 0x838D90)
	for i := range 3 {
		x := float32(40 + 150*i)
		c.rect(x, 100, 130, 320, rgb(pick(ok, 0x8C8672, 0x6BA08B)))
		if !ok && i == 1 {
			c.poly(rgb(0x2E2F2C), x, 100, x+130, 100, x+130, 420, x, 420)
			c.poly(rgb(0x8C8672), x, 100, x+50, 150, x+50, 460, x, 420)
		}
		c.disc(x+110, 262, 7, rgb(0xE9E3CE))
	}
	c.box(510, 300, 170, 40, 16, rgb(0xFBFBFA))
	c.line(595, 240, 595, 300, 10, rgb(0xAEB8BE))
	c.box(520, 90, 150, 130, 8, rgb(pick(ok, 0x8D9698, 0xBFE0EA)))
	if ok {
		c.box(470, 240, 30, 54, 8, rgb(0x5AA9D6))
		c.box(640, 240, 40, 34, 8, rgb(0xFFFFFF))
	} else {
		c.drops(0x5B4A2E, 600, 330, 22, 70, 390, 26)
	}
}

func water(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xCDC9BE, 0xEAF0F2)))
	c.floor(440, 0xA5A9AA, 0x909596)
	c.box(240, 70, 240, 390, 16, rgb(pick(ok, 0x9AA4A8, 0xC3CDD2)))
	c.rect(262, 96, 196, 90, rgb(0x2B3A42))
	c.box(280, 112, 70, 24, 6, rgb(pick(ok, 0xC0392B, 0x4CAF6E)))
	for i := range 2 {
		x := float32(300 + 110*i)
		c.rect(x, 220, 16, 34, rgb(0x6D777B))
		c.line(x+8, 258, x+8, 330, 5, see(pick(ok, 0xA8743A, 0x5AA9D6), 200))
		c.box(x-14, 330, 44, 46, 6, see(pick(ok, 0xC99B5F, 0xBFE3F5), 220))
	}
	c.rect(262, 390, 196, 40, rgb(0x848E92))
	c.box(530, 120, 120, 160, 8, rgb(0xFFFFFF))
	for i := range 5 {
		c.rect(546, float32(140+26*i), 88, 6, rgb(pick(ok && i > 2, 0xC9CDCD, 0x4CAF6E)))
	}
}
