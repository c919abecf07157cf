-- What a learner did, as it happened. Nothing in here is computed: points
-- reached, stages passed and dates of review follow from these rows.
-- All times are microseconds since 1970 in UTC.

-- "shps", so that a file of another program is not taken for ours.
PRAGMA application_id = 0x73687073;

CREATE TABLE lessons_read (
    lesson TEXT PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT;

CREATE TABLE answers (
    question TEXT NOT NULL,
    at       INTEGER NOT NULL,
    lesson   TEXT NOT NULL,
    correct  INTEGER NOT NULL CHECK (correct IN (0, 1)),
    PRIMARY KEY (question, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    exercise   TEXT NOT NULL,
    at         INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    points     INTEGER NOT NULL,
    max_points INTEGER NOT NULL,
    report     TEXT, -- JSON
    PRIMARY KEY (exercise, at)
) STRICT;

CREATE TABLE hints (
    exercise TEXT PRIMARY KEY,
    level    INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
