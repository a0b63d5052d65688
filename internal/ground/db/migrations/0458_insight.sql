-- What the texts of a segment are called stands in the index beside their numbers, so that the hits of a page are named without going to each row.
CREATE INDEX insight_doc_named ON insight_doc (shelf, n, at, ref);
DROP INDEX insight_doc_n;
