-- A social network.
CREATE TABLE accounts (
	id INTEGER PRIMARY KEY,
	handle TEXT NOT NULL UNIQUE CHECK (length(handle) BETWEEN 2 AND 30 AND handle NOT GLOB '*[^a-z0-9_]*'),
	display_name TEXT NOT NULL DEFAULT '',
	followers INTEGER NOT NULL DEFAULT 0 CHECK (followers >= 0),
	verified BOOLEAN NOT NULL DEFAULT FALSE,
	created_at INTEGER NOT NULL
);

CREATE TABLE follows (
	a INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	b INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	since INTEGER NOT NULL,
	PRIMARY KEY (a, b),
	CHECK (a <> b)
) WITHOUT ROWID;

CREATE TABLE friendships (
	low INTEGER NOT NULL REFERENCES accounts,
	high INTEGER NOT NULL REFERENCES accounts,
	state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'declined')),
	UNIQUE (low, high),
	CHECK (low < high)
);

CREATE TABLE statuses (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES accounts,
	reply_to INTEGER REFERENCES statuses,
	boost_of INTEGER REFERENCES statuses,
	text TEXT CHECK (length(text) <= 500),
	visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'followers', 'direct')),
	created_at INTEGER NOT NULL,
	edited_at INTEGER,
	CHECK (edited_at IS NULL OR edited_at > created_at),
	CHECK (text IS NOT NULL OR boost_of IS NOT NULL),
	CHECK (reply_to < id)
);

CREATE TABLE likes (
	account INTEGER NOT NULL REFERENCES accounts,
	status INTEGER NOT NULL REFERENCES statuses ON DELETE CASCADE,
	PRIMARY KEY (account, status)
) WITHOUT ROWID;

CREATE TABLE blocks (
	blocker INTEGER NOT NULL,
	blocked INTEGER NOT NULL,
	reason TEXT,
	PRIMARY KEY (blocker, blocked),
	FOREIGN KEY (blocker) REFERENCES accounts (id),
	FOREIGN KEY (blocked) REFERENCES accounts (id),
	CHECK (NOT blocker = blocked)
);

CREATE TABLE messages (
	id TEXT NOT NULL PRIMARY KEY,
	sender INTEGER NOT NULL REFERENCES accounts (id),
	recipient INTEGER NOT NULL REFERENCES accounts (id),
	body TEXT NOT NULL CHECK (body != ''),
	sent_at INTEGER NOT NULL,
	read_at INTEGER CHECK (read_at ISNULL OR read_at >= sent_at)
);

CREATE INDEX followed ON follows (b, a);
CREATE INDEX timeline ON statuses (account, created_at DESC) WHERE visibility = 'public';
