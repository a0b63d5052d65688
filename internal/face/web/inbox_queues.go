package web

// restricted lists the voices on the restricted paths of which the reader is an officer.
func restricted(r *Req) error { return r.inbox("restricted", nil, "") }

// appeals lists the objections that wait for the next level up.
func appeals(r *Req) error { return r.inbox("appeals", nil, "") }

// refusals lists the complaints whose refusal waits for a second person.
func refusals(r *Req) error { return r.inbox("refusals", nil, "") }
