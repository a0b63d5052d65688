-- The number of the voice as which the union office has taken up a sentence, or ''. The sentence leads to nobody, and so does the voice.
ALTER TABLE survey_text ADD COLUMN voice TEXT NOT NULL DEFAULT '';
