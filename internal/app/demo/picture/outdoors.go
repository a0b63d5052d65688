package picture

// works draws what stands behind everything outdoors: sky, halls and chimneys.
func (c *canvas) works(night bool) {
	if night {
		c.sky(0, 330, 0x0E1830, 0x2B3A57)
	} else {
		c.sky(0, 330, 0x9CC3E0, 0xE4EEF3)
	}
	col := rgb(0x8B99A5)
	if night {
		col = rgb(0x1B2638)
	}
	c.poly(col, 0, 330, 0, 230, 90, 200, 180, 230, 180, 330)
	c.poly(col, 180, 330, 180, 210, 270, 180, 360, 210, 360, 330)
	c.rect(420, 110, 26, 220, col)
	c.rect(480, 80, 30, 250, col)
	c.rect(560, 220, 160, 110, col)
}

func (c *canvas) street(col, mark uint32) {
	c.rect(0, 330, Width, 210, rgb(0x7C8A62))
	c.poly(rgb(col), 250, 330, 470, 330, 720, 540, 0, 540)
	for i := range 4 {
		y := float32(345 + 48*i)
		w := float32(6 + 4*i)
		c.poly(rgb(mark), 360-w/2, y, 360+w/2, y, 360+w, y+30, 360-w, y+30)
	}
}

func road(c *canvas, ok bool) {
	c.works(false)
	c.street(pick(ok, 0x77797A, 0x4B4F52), pick(ok, 0x9C9C92, 0xF2F0E2))
	if !ok {
		for _, h := range [][3]float32{{300, 440, 46}, {450, 400, 30}, {250, 505, 54}, {520, 490, 40}} {
			c.poly(rgb(0x3F4143), h[0]-h[2], h[1], h[0]-h[2]*0.4, h[1]-h[2]*0.35, h[0]+h[2]*0.7, h[1]-h[2]*0.25, h[0]+h[2], h[1]+h[2]*0.15, h[0]+h[2]*0.2, h[1]+h[2]*0.4, h[0]-h[2]*0.7, h[1]+h[2]*0.3)
			c.disc(h[0], h[1]+4, h[2]*0.3, see(0x8FA9BC, 190))
		}
	}
}

func lamp(c *canvas, ok bool) {
	c.works(true)
	c.street(0x2C3138, 0x6E7172)
	for i, x := range []float32{120, 610, 230, 510} {
		top, foot := float32(90+50*(i/2)), float32(500-90*(i/2))
		dir := float32(60)
		if x > 360 {
			dir = -60
		}
		c.line(x, foot, x, top, 10-3*float32(i/2), rgb(0x59636B))
		c.line(x, top, x+dir, top-10, 7, rgb(0x59636B))
		if ok {
			c.poly(see(0xFFE9A8, 70), x+dir-14, top-6, x+dir+14, top-6, x+dir+120, foot, x+dir-120, foot)
			c.disc(x+dir, top-4, 12, rgb(0xFFF3C4))
		} else {
			c.disc(x+dir, top-4, 11, rgb(0x3A4248))
		}
	}
}

func bus(c *canvas, ok bool) {
	c.works(false)
	c.rect(0, 330, Width, 210, rgb(0x6A6E70))
	c.rect(0, 330, Width, 24, rgb(0xA7A69F))
	c.box(110, 190, 400, 220, 22, rgb(0x2B78A8))
	c.rect(110, 330, 400, 16, rgb(0xF2F0E2))
	for i := range 4 {
		c.box(float32(130+92*i), 214, 78, 82, 8, rgb(0xCFE4EF))
	}
	c.disc(190, 412, 36, rgb(0x24282B))
	c.disc(190, 412, 16, rgb(0x9AA4A8))
	c.disc(430, 412, 36, rgb(0x24282B))
	c.disc(430, 412, 16, rgb(0x9AA4A8))
	c.line(610, 150, 610, 420, 10, rgb(0x59636B))
	c.box(560, 110, 100, 74, 8, rgb(pick(ok, 0x8C8F88, 0x1F8A5B)))
	c.rect(574, 128, 72, 10, rgb(0xFFFFFF))
	if ok {
		c.rect(574, 150, 72, 20, rgb(0x20282C))
		c.rect(580, 156, 40, 8, rgb(0xF5C518))
		c.poly(rgb(0x37596E), 540, 210, 700, 210, 716, 236, 526, 236)
		c.box(556, 380, 130, 14, 4, rgb(0xC68E4E))
	} else {
		for i := range 3 { // people in the rain
			x := float32(556 + 48*i)
			c.disc(x, 350, 15, rgb(0xC99A78))
			c.box(x-18, 366, 36, 84, 12, rgb(0x34567A))
		}
		for i := range 40 {
			x := float32((i * 97) % Width)
			y := float32((i * 53) % 420)
			c.line(x, y, x-6, y+18, 1.5, see(0xFFFFFF, 130))
		}
	}
}

func parking(c *canvas, ok bool) {
	c.works(false)
	c.rect(0, 330, Width, 210, rgb(pick(ok, 0x86888A, 0x595D60)))
	if ok {
		for i := range 7 {
			x := float32(30 + 110*i)
			c.line(x+20, 350, x-20, 520, 6, rgb(0xF2F0E2))
		}
	}
	cars := [][3]float32{{60, 400, 0}, {200, 392, 1}, {300, 420, 2}, {450, 395, 3}, {585, 415, 4}}
	if ok {
		cars = [][3]float32{{38, 400, 0}, {148, 400, 1}, {258, 400, 2}, {478, 400, 3}, {588, 400, 4}}
	}
	for _, k := range cars {
		col := rgb([]uint32{0xB23A2E, 0xF0F0EC, 0x2F5D8A, 0x3A3F42, 0xC7A94A}[int(k[2])])
		c.box(k[0], k[1], 92, 62, 14, col)
		c.box(k[0]+12, k[1]-34, 68, 46, 14, col)
		c.box(k[0]+18, k[1]-28, 56, 30, 8, rgb(0xBFD8E4))
		c.disc(k[0]+20, k[1]+62, 13, rgb(0x24282B))
		c.disc(k[0]+72, k[1]+62, 13, rgb(0x24282B))
	}
}

func shed(c *canvas, ok bool) {
	c.works(false)
	c.rect(0, 330, Width, 210, rgb(0x8B8E8F))
	c.poly(rgb(pick(ok, 0x7B868C, 0x2B78A8)), 30, 150, 690, 110, 690, 140, 30, 184)
	for i := range 5 {
		x := float32(60 + 145*i)
		c.rect(x, 150, 10, 330, rgb(0x59636B))
		if i == 4 {
			break
		}
		c.box(x+46, 230, 44, 60, 6, rgb(pick(ok || i == 0, 0x565D60, 0x4CAF6E)))
		c.disc(x+46, 440, 30, rgb(0x24282B))
		c.disc(x+46, 440, 20, rgb(0x8B8E8F))
		c.disc(x+122, 440, 30, rgb(0x24282B))
		c.disc(x+122, 440, 20, rgb(0x8B8E8F))
		c.line(x+46, 440, x+110, 400, 9, rgb(0xB23A2E))
		c.line(x+110, 400, x+122, 440, 9, rgb(0xB23A2E))
		c.line(x+104, 402, x+112, 356, 7, rgb(0x33383B))
		if !ok && i > 0 {
			c.line(x+70, 262, x-60, 330, 3, rgb(0xD9772B))
			c.line(x-60, 330, x+60, 420, 3, rgb(0xD9772B))
		}
	}
	if ok {
		c.box(24, 330, 26, 60, 10, rgb(0xD63C32))
	}
}

func belt(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0x6E6A64, 0x9AA3A8)))
	c.poly(rgb(0x55585A), 0, 470, 720, 300, 720, 360, 0, 540)
	c.poly(rgb(0x2C2F31), 0, 440, 720, 268, 720, 300, 0, 474)
	for i := range 12 {
		x := float32(20 + 62*i)
		c.disc(x, 432-float32(i)*15, 22, rgb(0x4A3F38))
		c.disc(x+24, 424-float32(i)*15, 16, rgb(0x5A4B42))
	}
	for i := range 3 {
		x := float32(110 + 240*i)
		c.rect(x, 0, 8, 90, rgb(0x59636B))
		c.poly(rgb(0x3A4248), x-26, 90, x+34, 90, x+20, 110, x-12, 110)
		if ok {
			c.poly(see(0xFFF3C4, 90), x-20, 110, x+28, 110, x+120, 430, x-110, 430)
		}
	}
	if ok {
		c.line(0, 400, 720, 226, 8, rgb(0xF5C518))
		return
	}
	for i := range 14 {
		c.disc(float32((i*131)%Width), float32(160+(i*67)%300), float32(34+(i*13)%40), see(0x8C8379, 70))
	}
}

func coke(c *canvas, ok bool) {
	c.sky(0, 300, 0xC98A5A, 0xE9C9A0)
	c.rect(0, 300, Width, 240, rgb(0x6B4A38))
	for i := range 9 {
		c.rect(float32(20+80*i), 330, 52, 190, rgb(0x4B3226))
		c.disc(float32(46+80*i), 318, 14, rgb(0xE8622C))
	}
	c.line(0, 250, Width, 250, 8, rgb(0xF5C518))
	for i := range 10 {
		if !ok && i == 4 {
			c.line(float32(20+76*i), 300, float32(48+76*i), 262, 7, rgb(0xF5C518))
			continue
		}
		c.line(float32(20+76*i), 300, float32(20+76*i), 222, 7, rgb(0xF5C518))
	}
	if ok {
		c.line(0, 222, Width, 222, 8, rgb(0xF5C518))
		c.box(470, 90, 200, 140, 8, rgb(0xF0EDE4))
		c.rect(490, 112, 70, 60, rgb(0x9CC3E0))
		c.box(590, 104, 66, 34, 8, rgb(0xC5CCD0))
		return
	}
	c.line(0, 222, 310, 222, 8, rgb(0xF5C518))
	c.line(400, 222, Width, 222, 8, rgb(0xF5C518))
}

func crossing(c *canvas, ok bool) {
	c.works(false)
	c.rect(0, 330, Width, 210, rgb(0x8F8A78))
	for i := range 13 {
		c.rect(float32(10+56*i), 440, 30, 60, rgb(0x5F4C35))
	}
	c.rect(0, 446, Width, 10, rgb(0x6D767B))
	c.rect(0, 484, Width, 10, rgb(0x6D767B))
	c.rect(90, 200, 170, 220, rgb(pick(ok, 0x8C8672, 0xE7E2D2)))
	c.poly(rgb(pick(ok, 0x6B5030, 0x2B78A8)), 76, 200, 274, 200, 250, 160, 100, 160)
	c.rect(116, 236, 60, 70, rgb(0xBFD8E4))
	c.rect(196, 260, 46, 160, rgb(0x5F6B72))
	if ok {
		c.box(100, 316, 76, 34, 6, rgb(0xC5CCD0))
	} else {
		c.line(116, 236, 176, 306, 4, rgb(0x5F6B72))
		c.drops(0x4A4438, 120, 390, 26, 240, 220, 18)
		for i := range 5 { // bushes in the view
			c.disc(float32(330+46*i), 400, 44, rgb(0x5E7A45))
		}
	}
	c.line(640, 440, 640, 200, 10, rgb(0x59636B))
	for i := range 6 {
		c.rect(float32(600-60*i), 300, 60, 14, rgb([]uint32{0xD63C32, 0xF4F4F0}[i%2]))
	}
}

func court(c *canvas, ok bool) {
	c.works(false)
	c.rect(0, 330, Width, 210, rgb(0x7C8A62))
	c.poly(rgb(pick(ok, 0x8A8C86, 0x2F8F66)), 120, 330, 600, 330, 720, 540, 0, 540)
	c.poly(rgb(pick(ok, 0x7E807B, 0xB5533C)), 250, 350, 470, 350, 520, 500, 200, 500)
	if !ok {
		c.line(180, 340, 330, 530, 4, rgb(0x4B4D4A))
		c.line(330, 430, 610, 500, 4, rgb(0x4B4D4A))
	} else {
		c.line(250, 350, 200, 500, 4, rgb(0xF4F4F0))
		c.line(470, 350, 520, 500, 4, rgb(0xF4F4F0))
		c.line(200, 500, 520, 500, 4, rgb(0xF4F4F0))
	}
	c.line(360, 360, 360, 150, 10, rgb(0x59636B))
	c.rect(300, 110, 120, 80, rgb(0xF4F4F0))
	c.rect(336, 140, 48, 36, rgb(0xD63C32))
	c.rect(342, 146, 36, 24, rgb(0xF4F4F0))
	c.line(336, 190, 384, 190, 6, rgb(0xE8622C))
}
