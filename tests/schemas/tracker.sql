-- An issue tracker.
CREATE TABLE users (
	id INTEGER PRIMARY KEY,
	username VARCHAR(32) NOT NULL UNIQUE,
	email VARCHAR(254) UNIQUE,
	is_bot TINYINT NOT NULL DEFAULT 0 CHECK (is_bot BETWEEN 0 AND 1)
);

CREATE TABLE projects (
	id INTEGER PRIMARY KEY,
	key CHAR(4) NOT NULL UNIQUE CHECK (key GLOB '[A-Z][A-Z][A-Z][A-Z]'),
	name VARCHAR(100) NOT NULL,
	lead_id INTEGER NOT NULL REFERENCES users (id),
	archived_at TIMESTAMP
);

CREATE TABLE milestones (
	id INTEGER PRIMARY KEY,
	project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	title VARCHAR(100) NOT NULL,
	starts_on DATE NOT NULL,
	due_on DATE NOT NULL,
	UNIQUE (project_id, title),
	CHECK (starts_on < due_on)
);

CREATE TABLE issues (
	id INTEGER PRIMARY KEY,
	project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	number INTEGER NOT NULL CHECK (number > 0),
	title VARCHAR(200) NOT NULL CHECK (title <> ''),
	description TEXT,
	kind TEXT NOT NULL CHECK (kind IN ('bug', 'feature', 'task', 'epic')),
	priority INTEGER NOT NULL DEFAULT 3 CHECK (priority IN (1, 2, 3, 4, 5)),
	status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in progress', 'blocked', 'done', 'won''t fix')),
	reporter_id INTEGER NOT NULL REFERENCES users (id),
	assignee_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
	milestone_id INTEGER REFERENCES milestones (id) ON DELETE SET NULL,
	parent_id INTEGER REFERENCES issues (id),
	estimate_hours REAL CHECK (estimate_hours > 0 AND estimate_hours < 1000),
	opened_at TIMESTAMP NOT NULL,
	closed_at TIMESTAMP,
	UNIQUE (project_id, number),
	CONSTRAINT not_its_own_parent CHECK (parent_id IS NULL OR parent_id <> id),
	CONSTRAINT closed_after_opened CHECK (closed_at IS NULL OR closed_at >= opened_at)
);

CREATE TABLE labels (
	id INTEGER PRIMARY KEY,
	project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
	name VARCHAR(50) NOT NULL,
	color CHAR(7) NOT NULL DEFAULT '#cccccc' CHECK (length(color) = 7 AND color LIKE '#______'),
	UNIQUE (project_id, name)
);

CREATE TABLE issue_labels (
	issue_id INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
	label_id INTEGER NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
	PRIMARY KEY (issue_id, label_id)
);

CREATE TABLE issue_links (
	from_id INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
	to_id INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
	relation TEXT NOT NULL CHECK (relation IN ('blocks', 'duplicates', 'relates to')),
	PRIMARY KEY (from_id, to_id, relation),
	CHECK (from_id != to_id)
);

CREATE TABLE attachments (
	id TEXT PRIMARY KEY CHECK (length(id) = 36),
	issue_id INTEGER NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
	uploader_id INTEGER NOT NULL REFERENCES users (id),
	filename VARCHAR(255) NOT NULL,
	mime_type VARCHAR(100) NOT NULL DEFAULT 'application/octet-stream',
	size_bytes BIGINT NOT NULL CHECK (size_bytes BETWEEN 0 AND 52428800),
	sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
);

CREATE TABLE worklogs (
	id INTEGER PRIMARY KEY,
	issue_id INTEGER NOT NULL REFERENCES issues (id),
	user_id INTEGER NOT NULL REFERENCES users (id),
	minutes INTEGER NOT NULL CHECK (minutes > 0 AND minutes <= 24 * 60),
	day DATE NOT NULL CHECK (date(day) IS NOT NULL),
	note TEXT
);

CREATE INDEX issues_open ON issues (project_id, priority) WHERE closed_at IS NULL;
CREATE INDEX issues_by_title ON issues (lower(title));
