-- The places whose people are asked. The units that use them are looked up when a round opens, and stand in units from then on.
ALTER TABLE survey_round ADD COLUMN places TEXT NOT NULL DEFAULT '';
