-- Numbers of anonymous and confidential voices stand without their day in what departments get.
UPDATE meeting_item SET number = SUBSTR(number, 1, 6) || SUBSTR(number, 11)
	WHERE kind = 'voice' AND number LIKE 'SQ________-%' AND subject IN (SELECT id FROM voice WHERE level <> 'named');
