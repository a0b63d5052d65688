-- Papers have a shelf in the index of searches. Where there is an index already it is built from what they say.
INSERT INTO insight_shelf (shelf, version, state) SELECT 10, version, 'wanted' FROM insight_shelf WHERE shelf = 3;
