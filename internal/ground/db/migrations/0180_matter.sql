-- Who has to agree to a plan before it is in force. review is what a plan waits for: head, head_top, finance, finance_top or office;
-- empty where none waits. finance_path is the unit that approves the money, empty where a plan costs less than the limit.
ALTER TABLE matter ADD COLUMN review TEXT NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN finance_path TEXT NOT NULL DEFAULT '';
ALTER TABLE plan ADD COLUMN head_as TEXT NOT NULL DEFAULT '';
ALTER TABLE plan ADD COLUMN finance_by TEXT NOT NULL DEFAULT '';
ALTER TABLE plan ADD COLUMN finance_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE plan ADD COLUMN finance_as TEXT NOT NULL DEFAULT '';
CREATE INDEX matter_finance ON matter (finance_path, state, restricted, id);
-- Plans that wait now were handed in when nobody else was asked; the office decides on them.
UPDATE matter SET review = 'office' WHERE state = 'plan_review';
UPDATE plan SET head_as = 'head' WHERE head_by <> '';
