-- Indexes that only make things faster.

-- Counting the people of a place, and finding the n-th of a unit, without looking at the rows.
DROP INDEX org_person_path;
CREATE INDEX org_person_path ON org_person (path, status, id);
