-- The ladder has one rung more, at its top: what stood there looks again for what comes next.
UPDATE duty SET rung_at = 1 WHERE open = 1 AND waiting_from = 0 AND rung = '' AND rung_at = 0 AND kind IN ('answer', 'plan', 'completion', 'resolution');
