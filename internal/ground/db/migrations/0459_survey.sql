-- What was counted when a round closed. It never changes again, so its pages do not count the marks of those who answered anew each time.
ALTER TABLE survey_round ADD COLUMN turnout BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_round ADD COLUMN walked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_round ADD COLUMN signed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey_round ADD COLUMN spent BIGINT NOT NULL DEFAULT 0;
UPDATE survey_round SET
	turnout = (SELECT COUNT(*) FROM survey_code WHERE round = survey_round.id AND used = 1)
		+ (SELECT COUNT(*) FROM survey_invitation WHERE round = survey_round.id AND used = 1),
	walked = (SELECT COUNT(*) FROM survey_walk_in WHERE round = survey_round.id)
	WHERE state = 'closed' AND blind = 0;
UPDATE survey_round SET
	turnout = (SELECT COUNT(*) FROM survey_code WHERE round = survey_round.id AND used = 1)
		+ (SELECT COUNT(*) FROM survey_spent WHERE round = survey_round.id),
	walked = (SELECT COUNT(*) FROM survey_walk_in WHERE round = survey_round.id),
	signed = (SELECT COUNT(*) FROM survey_invitation WHERE round = survey_round.id AND used = 1),
	spent = (SELECT COUNT(*) FROM survey_spent WHERE round = survey_round.id)
	WHERE state = 'closed' AND blind = 1;
