package evaluate

// meeting is a group and a topic that share texts.
type meeting struct {
	group uint32
	topic string
}

// B3 are the figures of a grouping against known topics. A text without a topic is known to belong to none of them: in the group of a topic
// it is an error. Ambiguous texts do not count.
type B3 struct {
	Precision float64
	Recall    float64
	F1        float64
	Pairs     float64
	Found     float64 // share of the topics that a group matches by half or more (Jaccard)
	Topics    int
}

// b3 compares groups with topics. Topics of one text are not judged.
func b3(all []message, group []uint32) B3 {
	topicSize := map[string]int{}
	for _, m := range all {
		if m.topic != "" {
			topicSize[m.topic]++
		}
	}
	groupSize := map[uint32]int{}
	meets := map[meeting]int{}
	for i, m := range all {
		if m.ambiguous {
			continue
		}
		groupSize[group[i]]++
		if m.topic != "" {
			meets[meeting{group[i], m.topic}]++
		}
	}
	var out B3
	var p, r, n, tp, fp, total float64
	labelled := map[uint32]int{}   // texts of judged topics in a group
	same := map[uint32]float64{}   // pairs of one topic in a group
	bestOf := map[string]float64{} // per topic: its best match
	for k, v := range meets {
		t := topicSize[k.topic]
		if t < 2 {
			continue
		}
		f := float64(v)
		p += f * f / float64(groupSize[k.group])
		r += f * f / float64(t)
		n += f
		tp += f * (f - 1) / 2
		labelled[k.group] += v
		same[k.group] += f * (f - 1) / 2
		bestOf[k.topic] = max(bestOf[k.topic], f/float64(t+groupSize[k.group]-v))
	}
	for c, l := range labelled {
		f := float64(l)
		fp += f*(f-1)/2 - same[c] + f*float64(groupSize[c]-l)
	}
	for _, t := range topicSize {
		if t >= 2 {
			out.Topics++
			total += float64(t*(t-1)) / 2
		}
	}
	for _, b := range bestOf {
		if b >= 0.5 {
			out.Found++
		}
	}
	if n == 0 {
		return out
	}
	out.Found /= float64(out.Topics)
	out.Precision, out.Recall = p/n, r/n
	out.F1 = harmonic(out.Precision, out.Recall)
	pp := 0.0
	if tp+fp > 0 {
		pp = tp / (tp + fp)
	}
	out.Pairs = harmonic(pp, tp/total)
	return out
}

func harmonic(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}
