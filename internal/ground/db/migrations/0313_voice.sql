-- Who opens many original words on a day is shown to the audit.
CREATE INDEX voice_view_day ON voice_view (day, person);
