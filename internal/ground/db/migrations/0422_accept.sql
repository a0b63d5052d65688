-- One of the three senses is asked about in every round, in turn: did what was done make it stronger, weaker, or neither? '' for rounds from before.
ALTER TABLE acceptance ADD COLUMN sense TEXT NOT NULL DEFAULT '';
ALTER TABLE rating ADD COLUMN lift TEXT NOT NULL DEFAULT '';
