-- Whether an answer was given in a placement quiz, by which somebody who knows a
-- lesson already gets past it.
ALTER TABLE answers ADD COLUMN placed INTEGER NOT NULL DEFAULT 0 CHECK (placed IN (0, 1));
