-- Numbers of anonymous and confidential voices stand without their day in what departments get.
UPDATE supervise_order SET subject_no = SUBSTR(subject_no, 1, 6) || SUBSTR(subject_no, 11)
	WHERE subject_kind = 'voice' AND subject_no LIKE 'SQ________-%' AND subject_id IN (SELECT id FROM voice WHERE level <> 'named');
UPDATE supervise_talk SET subject_no = SUBSTR(subject_no, 1, 6) || SUBSTR(subject_no, 11)
	WHERE subject_kind = 'voice' AND subject_no LIKE 'SQ________-%' AND subject_id IN (SELECT id FROM voice WHERE level <> 'named');
UPDATE exclusion SET number = SUBSTR(number, 1, 6) || SUBSTR(number, 11)
	WHERE number LIKE 'SQ________-%' AND voice IN (SELECT id FROM voice WHERE level <> 'named');
