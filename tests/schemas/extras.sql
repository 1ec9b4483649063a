-- Views, triggers, partial and expression indexes, full text search, odd corners of CREATE TABLE.
CREATE TABLE notes (
	id INTEGER PRIMARY KEY,
	title TEXT NOT NULL,
	body TEXT NOT NULL DEFAULT '',
	pinned INT DEFAULT 0,
	trashed_at TEXT,
	created_at TEXT DEFAULT (datetime('now'))
);

CREATE VIRTUAL TABLE notes_text USING fts5 (title, body, tokenize = 'porter');

CREATE TABLE history (
	note INTEGER,
	event TEXT CHECK (event IN ("made", "changed", "trashed")),
	at TEXT DEFAULT CURRENT_TIMESTAMP
	CHECK (at > '2000-01-01')
);

CREATE TABLE counters (name PRIMARY KEY, value DEFAULT 0, CHECK (typeof(value) = 'integer')) WITHOUT ROWID;

CREATE TABLE untyped (a, b UNIQUE, c NOT NULL);

CREATE TABLE reminders (
	id INTEGER PRIMARY KEY, -- a comment with "quotes" and (parentheses
	note INTEGER NOT NULL REFERENCES notes (id), /* CHECK (this IS NOT one) */
	due TEXT NOT NULL CHECK (julianday(due) IS NOT NULL),
	every TEXT CHECK (every IN ('day', 'week', 'month') OR every IS NULL),
	times INTEGER CHECK (CASE WHEN times IS NULL THEN 1 WHEN times > 0 AND times < 100 THEN 1 ELSE 0 END)
);

CREATE VIEW pinned_notes AS SELECT id, title FROM notes WHERE pinned AND trashed_at IS NULL;
CREATE VIEW pinned_count (n) AS SELECT count(*) FROM pinned_notes;

CREATE TRIGGER notes_made AFTER INSERT ON notes BEGIN
	INSERT INTO notes_text (rowid, title, body) VALUES (new.id, new.title, new.body);
	INSERT INTO history (note, event) VALUES (new.id, 'made');
	UPDATE counters SET value = value + 1 WHERE name = 'notes';
END;

CREATE TRIGGER notes_trashed AFTER UPDATE OF trashed_at ON notes WHEN new.trashed_at IS NOT NULL BEGIN
	INSERT INTO history (note, event) VALUES (new.id, 'trashed');
END;

CREATE TRIGGER pin INSTEAD OF INSERT ON pinned_notes BEGIN
	INSERT INTO notes (title, pinned) VALUES (new.title, 1);
END;

CREATE INDEX notes_live ON notes (created_at) WHERE trashed_at IS NULL;
CREATE INDEX notes_by_title ON notes (lower(title), length(body) DESC);
CREATE UNIQUE INDEX one_pin_a_title ON notes (title COLLATE NOCASE) WHERE pinned = 1;
