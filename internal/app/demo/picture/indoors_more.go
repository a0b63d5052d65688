package picture

func aircon(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xD7C3A5, 0xE7F0F3)))
	c.floor(420, 0x9D9F9F, 0x888A8A)
	c.box(200, 60, 320, 100, 16, rgb(0xF7F8F8))
	c.rect(222, 128, 276, 10, rgb(0xB7C0C4))
	for i := range 6 {
		x := float32(240 + 46*i)
		if ok {
			c.line(x, 172, x-20, 250, 4, see(0x5AA9D6, 190))
			c.line(x-20, 250, x, 310, 4, see(0x5AA9D6, 110))
		}
	}
	c.rect(60, 290, 600, 20, rgb(0x55636B))
	c.rect(80, 310, 560, 130, rgb(0x6C7C85))
	for i := range 3 {
		c.box(float32(110+190*i), 210, 150, 78, 6, rgb(0x24313A))
		c.line(float32(124+190*i), 260, float32(240+190*i), 232, 3, rgb(0x4CAF6E))
	}
	if !ok {
		c.disc(620, 90, 44, rgb(0xE8A33A))
	}
}

func lift(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(0xD8D5CC))
	c.floor(450, 0x8F8A80, 0x7B766C)
	c.rect(200, 70, 320, 390, rgb(0x6D767B))
	c.rect(214, 84, 144, 376, rgb(pick(ok, 0x9BA3A7, 0xC1C9CD)))
	c.rect(362, 84, 144, 376, rgb(pick(ok, 0x9BA3A7, 0xC1C9CD)))
	c.box(560, 230, 50, 100, 8, rgb(0x3A4246))
	c.disc(585, 258, 12, rgb(pick(ok, 0xC0392B, 0x4CAF6E)))
	c.disc(585, 300, 12, rgb(0xD8DDDF))
	c.box(300, 22, 120, 40, 6, rgb(0x20282C))
	if ok {
		c.box(60, 160, 100, 130, 6, rgb(0xFFFFFF))
		c.rect(74, 180, 72, 10, rgb(0x4CAF6E))
		c.rect(74, 204, 72, 6, rgb(0xB8BFC2))
		c.rect(74, 222, 50, 6, rgb(0xB8BFC2))
	} else {
		c.box(240, 220, 240, 90, 6, rgb(0xF5C518))
		c.rect(262, 246, 196, 10, rgb(0x3A3A32))
		c.rect(262, 272, 140, 10, rgb(0x3A3A32))
	}
}

func gym(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(0xE3E0D8))
	c.floor(400, 0xC29A68, 0xAC8554)
	for i := range 3 {
		x := float32(50 + 225*i)
		c.poly(rgb(0x2F363A), x, 420, x+170, 420, x+150, 392, x+20, 392)
		c.line(x+26, 392, x+10, 220, 12, rgb(0x56616A))
		c.box(x-10, 190, 70, 40, 8, rgb(pick(ok, 0x565D60, 0x2B6CA3)))
		if !ok && i == 1 {
			c.box(x+60, 270, 96, 56, 6, rgb(0xFFFFFF))
			c.rect(x+72, 288, 70, 6, rgb(0xC0392B))
			c.rect(x+72, 304, 50, 6, rgb(0xC0392B))
		}
	}
	c.rect(0, 60, Width, 8, rgb(0xB23A2E))
}

func nursing(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xD5CFC8, 0xFBEDEC)))
	c.floor(420, 0xCDB597, 0xB79F80)
	if ok {
		c.rect(60, 40, 200, 330, rgb(0xE9A9B0))
		for i := range 5 {
			c.line(float32(80+40*i), 40, float32(80+40*i), 370, 3, see(0xFFFFFF, 130))
		}
		c.box(320, 260, 150, 170, 30, rgb(0x8DB3C7))
		c.box(330, 330, 130, 60, 20, rgb(0xA9CDE0))
		c.box(530, 190, 130, 250, 10, rgb(0xF7F8F8))
		c.line(530, 290, 660, 290, 4, rgb(0xC9CDCD))
		c.rect(540, 230, 8, 40, rgb(0x9AA4A8))
		return
	}
	c.box(300, 330, 130, 20, 4, rgb(0x7A6347))
	c.rect(316, 350, 12, 80, rgb(0x5F4C35))
	c.rect(402, 350, 12, 80, rgb(0x5F4C35))
	c.box(520, 250, 130, 190, 6, rgb(0xA58C66))
	c.box(90, 300, 110, 130, 6, rgb(0xB89B6C))
}

func clinic(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(0xEFF4F4))
	c.floor(430, 0xBFC9CB, 0xA9B4B6)
	c.box(70, 90, 240, 330, 10, rgb(0xFFFFFF))
	for i := range 3 {
		y := float32(170 + 90*i)
		c.rect(80, y, 220, 6, rgb(0xC3CDD0))
		n := 2
		if ok {
			n = 5
		}
		for k := range n {
			c.box(float32(92+40*k), y-46, 28, 46, 4, rgb([]uint32{0x5AA9D6, 0xE8A33A, 0x4CAF6E, 0xD06A6A, 0x8F79C2}[k]))
		}
	}
	c.box(420, 150, 190, 220, 12, rgb(pick(ok, 0xD4D8D9, 0xD63C32)))
	if ok {
		c.rect(496, 200, 38, 110, rgb(0xFFFFFF))
		c.rect(460, 236, 110, 38, rgb(0xFFFFFF))
		c.disc(590, 170, 9, rgb(0x4CAF6E))
	} else {
		c.rect(450, 250, 130, 8, rgb(0xA9B0B2))
	}
}

func store(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(0xD9D4C7))
	c.floor(450, 0x9A978D, 0x85827A)
	for r := range 3 {
		y := float32(150 + 130*r)
		c.rect(30, y, 660, 12, rgb(0x64707A))
		for i := range 9 {
			if !ok && (i*7+r*3)%4 == 1 {
				continue
			}
			x := float32(46 + 72*i)
			c.box(x, y-50, 58, 50, 4, rgb([]uint32{0xC49A62, 0xB98C54, 0xD0A86E}[(i+r)%3]))
			c.poly(rgb(pick(ok, 0x4D4236, 0x2E3B44)), x+12, y-12, x+46, y-12, x+46, y-20, x+34, y-26, x+26, y-36, x+12, y-36)
		}
	}
	c.rect(30, 80, 10, 400, rgb(0x64707A))
	c.rect(680, 80, 10, 400, rgb(0x64707A))
}

func room(c *canvas, ok bool) {
	c.rect(0, 0, Width, Height, rgb(pick(ok, 0xC4BFB3, 0xF0EDE4)))
	c.floor(420, pick(ok, 0x87817A, 0xB8A98F), pick(ok, 0x746E67, 0xA1927A))
	c.box(230, 70, 260, 180, 6, rgb(0xF4F4F0))
	c.rect(246, 86, 228, 148, rgb(pick(ok, 0x93A5B2, 0xB6D9EE)))
	c.box(120, 320, 480, 24, 6, rgb(pick(ok, 0x6B5030, 0xC68E4E)))
	c.rect(150, 344, 18, 110, rgb(0x59452C))
	c.rect(552, 344, 18, 110, rgb(0x59452C))
	if !ok {
		c.drops(0x55504A, 60, 60, 50, 640, 120, 40)
	}
}
