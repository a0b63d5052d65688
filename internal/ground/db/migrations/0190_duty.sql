-- What somebody was told and has not looked at: the number at the bell of every page of staff.
CREATE INDEX duty_notice_unseen ON duty_notice (person, at) WHERE seen = 0;
