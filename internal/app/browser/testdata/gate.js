// What the tests ask of a page. Each function answers with sentences, one for each fault; none means that all is well.
(() => {
	const seen = (n) => n.checkVisibility({visibilityProperty: true, opacityProperty: true});
	const unread = (n) => n.closest('.sr, .skip, [hidden], [aria-hidden=true]') || n.clientWidth === 1 && n.clientHeight === 1; // for ears only
	const source = (n) => n.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
	const controls = 'a[href], button, select, textarea, summary, input:not([type=hidden])';
	const pressed = (n) => n.matches('input[type=radio], input[type=checkbox], input[type=file]') ? n.closest('label') || n : n;

	// A link within words is as high as its line.
	const inline = (n) => n.matches('a') && getComputedStyle(n).display === 'inline';

	const scrolls = (n) => {
		for (let up = n.parentElement; up && up !== document.body; up = up.parentElement) {
			if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return true;
		}
		return false;
	};

	let sheet = null;
	const blank = [];
	const unrolled = new CSSStyleSheet();
	unrolled.replaceSync('nav, nav ul, .tabs { flex-wrap: wrap !important; overflow: visible !important }');

	window.gate = {
		// Targets smaller than that many pixels either way; on a desk, what stands in the rows of a table may be half as high.
		small(least) {
			const dense = (n) => innerWidth >= 992 && least <= 44 && n.closest('table') ? 24 : least;
			return [...document.querySelectorAll(controls)].filter((n) => seen(n) && !unread(n) && !inline(n) && !n.disabled).map((n) => {
				const r = pressed(n).getBoundingClientRect();
				const words = n.matches('a:not(.button)') && !n.querySelector('svg, img'); // a word may be short
				return [Math.min(words ? Math.max(r.width, r.width < 24 ? 0 : least) : r.width, r.height) - dense(n), `${Math.round(r.width)} × ${Math.round(r.height)} px: ${source(n)}`];
			}).filter(([size]) => size < -.5).map(([, text]) => text);
		},

		// What makes the page scroll sideways.
		wide() {
			const room = document.documentElement.clientWidth;
			if (document.documentElement.scrollWidth <= room) return [];
			const out = [...document.querySelectorAll('body *')].filter((n) => seen(n) && n.getBoundingClientRect().right > room + 1 && !scrolls(n));
			const deepest = out.filter((n) => !out.some((m) => m !== n && n.contains(m)));
			return [`${document.documentElement.scrollWidth} px wide on ${room}: ` + deepest.slice(0, 3).map(source).join(' … ')];
		},

		// Words that are cut off by the box they stand in, or stick out of their button.
		cut() {
			const out = [];
			for (const n of document.querySelectorAll('body *')) {
				if (!seen(n) || unread(n) || n.closest('svg') || n.matches('input, select, textarea, option, progress, img')) continue;
				const s = getComputedStyle(n);
				const words = [...n.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
				if (words && /hidden|clip/.test(s.overflowX) && n.scrollWidth > n.clientWidth + 1) out.push(`cut at the side: ${source(n)}`);
				if (/hidden|clip/.test(s.overflowY) && n.scrollHeight > n.clientHeight + 2 && n.innerText.trim()) out.push(`cut below: ${source(n)}`);
				if (n.matches('button, a.button, summary, .tag, th, td, legend, label')) {
					const box = n.getBoundingClientRect(), range = document.createRange();
					const texts = document.createTreeWalker(n, NodeFilter.SHOW_TEXT);
					let most = 2;
					while (texts.nextNode()) {
						const at = texts.currentNode.parentElement;
						if (!texts.currentNode.data.trim() || !seen(at) || unread(at) || at.closest('svg, select')) continue;
						range.selectNodeContents(texts.currentNode);
						for (const r of range.getClientRects()) most = Math.max(most, r.right - box.right, box.left - r.left);
					}
					if (most > 2 && !scrolls(n)) out.push(`sticks out by ${Math.round(most)} px: ${source(n)}`);
				}
			}
			return out;
		},

		// The spacing of WCAG 1.4.12, or as it was.
		spaced(on) {
			document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== sheet);
			if (!on) return true;
			sheet = new CSSStyleSheet();
			sheet.replaceSync(`body * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } body p { margin-bottom: 2em !important }`);
			document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
			return true;
		},

		// What looks as if it could be pressed and is no control.
		pretends() {
			return [...document.querySelectorAll('body *')].filter((n) => seen(n) && getComputedStyle(n).cursor === 'pointer' && !n.closest(controls + ', label, option'))
				.filter((n) => getComputedStyle(n.parentElement).cursor !== 'pointer').map((n) => `looks pressable: ${source(n)}`);
		},

		// A page that came back with faults: the summary is there, has the focus, and leads to each field, which says so itself.
		faulted() {
			const invalid = [...document.querySelectorAll('[aria-invalid=true]')];
			const summary = document.querySelector('.summary');
			if (!summary) return invalid.length ? [`no summary, but ${invalid.length} faults at fields`] : [];
			const out = [];
			if (document.activeElement !== summary) out.push(`the focus is not on the summary but on ${source(document.activeElement)}`);
			if (!/^(有误：|Error: )/.test(document.title)) out.push(`the title says nothing of a fault: ${document.title}`);
			const links = [...summary.querySelectorAll('a')];
			if (!summary.querySelector('a, li')) out.push('no link and no sentence in the summary');
			for (const a of links) {
				const to = document.getElementById(decodeURIComponent(a.hash.slice(1)));
				if (!to || !seen(pressed(to))) out.push(`leads nowhere: ${source(a)}`);
				else if (!to.matches('[aria-invalid=true]') && !to.closest('.wrong')?.querySelector('.fault')) out.push(`not told at the field: ${source(to)}`);
			}
			return out;
		},

		// Something in every empty field, and rows of links that scroll sideways laid out in full, or as it was.
		filled(on) {
			document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== unrolled);
			if (on) document.adoptedStyleSheets = [...document.adoptedStyleSheets, unrolled];
			if (!on) return blank.splice(0).forEach((n) => { n.value = '' }) === undefined;
			blank.push(...[...document.querySelectorAll('textarea, input:is([type=text], [type=search], [type=password], [type=tel], [type=email], :not([type]))')].filter((n) => !n.value));
			blank.forEach((n) => { n.value = 'x' });
			return true;
		},

		// Fields whose letters are so small that a phone zooms in.
		zooms() {
			return [...document.querySelectorAll('input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), select, textarea')]
				.filter((n) => seen(n) && parseFloat(getComputedStyle(n).fontSize) < 16).map((n) => `letters of ${getComputedStyle(n).fontSize} in ${source(n)}`);
		},

		// Everything that Tab must reach, in the order of the page.
		stops() {
			const radios = new Set();
			return [...document.querySelectorAll(controls + ', [tabindex="0"]')].filter((n) => {
				if (!seen(n) || n.disabled || n.tabIndex < 0 || n.closest('[inert]')) return false;
				if (n.type === 'radio') { // one stop for a group
					const group = (n.form ? n.form.id || n.form.action : '') + n.name;
					const at = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(n.name)}"]`)].filter((m) => m.form === n.form && !m.disabled);
					if ((at.find((m) => m.checked) || at[0]) !== n && (at.some((m) => m.checked) || radios.has(group))) return false;
					radios.add(group);
				}
				return true;
			});
		},
	};
	return true;
})()
