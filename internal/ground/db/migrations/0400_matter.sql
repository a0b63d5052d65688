-- With which light a week began stands beside what has changed in it: week is the Monday of the last change, week_light from 1 (green) to 4
-- (red), 0 for none. What has not changed since Monday needs no such note. What was written down for every matter every Monday goes; the
-- week that runs is taken over.
ALTER TABLE matter ADD COLUMN week TEXT NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN week_light BIGINT NOT NULL DEFAULT 0;
UPDATE matter SET week = (SELECT MAX(week) FROM matter_week),
	week_light = COALESCE((SELECT CASE w.color WHEN 'green' THEN 1 WHEN 'blue' THEN 2 WHEN 'yellow' THEN 3 WHEN 'red' THEN 4 ELSE 0 END FROM matter_week w
		WHERE w.matter = matter.id AND w.week = (SELECT MAX(week) FROM matter_week)), 0)
	WHERE EXISTS (SELECT 1 FROM matter_week);
DROP TABLE matter_week;
DROP INDEX matter_lights;
CREATE INDEX matter_lights ON matter (state, restricted, due_key, due, due_at, due_from, due_open, plan_due, milestone_due, moved_at, plan_version, week, week_light, id);
CREATE INDEX matter_changed ON matter (week, state, restricted, week_light, id);
