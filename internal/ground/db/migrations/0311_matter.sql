-- Figures over a time read what was registered or struck off in it from an index alone, and not every matter there ever was.
CREATE INDEX matter_since ON matter (restricted, registered_at, category, place, voices, supporters, id);
CREATE INDEX matter_ended ON matter (state, restricted, closed_at, verdict, id);
CREATE INDEX matter_again ON matter (restricted, registered_at, id) WHERE round > 1;
