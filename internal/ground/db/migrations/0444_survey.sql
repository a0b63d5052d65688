-- Blind tokens (decision 64). A round may be answered with tokens that were signed without being seen.
ALTER TABLE survey_round ADD COLUMN blind BIGINT NOT NULL DEFAULT 0;

-- The digest of the blinded message that somebody had signed, so that the same one is signed again when the answer was lost, and no other. It fits every
-- token equally well. Empty once the round is over.
ALTER TABLE survey_invitation ADD COLUMN blinded TEXT NOT NULL DEFAULT '';
