-- A publishing system: threaded comments, slugs, revisions, tags, full text search.
PRAGMA foreign_keys = ON;

CREATE TABLE authors (
	author_id INTEGER PRIMARY KEY,
	login TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(login) >= 3 AND length(login) <= 30),
	display_name TEXT NOT NULL,
	email TEXT NOT NULL UNIQUE CHECK (instr(email, '@') > 1),
	bio TEXT,
	role TEXT NOT NULL DEFAULT 'author' CHECK (role IN ('admin', 'editor', 'author', 'contributor')),
	joined DATE NOT NULL CHECK (joined IS date(joined))
);

CREATE TABLE posts (
	post_id INTEGER PRIMARY KEY,
	author_id INTEGER NOT NULL REFERENCES authors,
	slug TEXT NOT NULL CHECK (slug <> '' AND slug NOT GLOB '*[^a-z0-9-]*'),
	title TEXT NOT NULL CHECK (length(trim(title)) > 0),
	body TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'review', 'published', 'archived')),
	created_at DATETIME NOT NULL,
	published_at DATETIME,
	views INTEGER NOT NULL DEFAULT 0 CHECK (views >= 0),
	UNIQUE (slug),
	CHECK (published_at IS NULL OR published_at >= created_at),
	CHECK (state <> 'published' OR published_at IS NOT NULL)
);

CREATE TABLE revisions (
	post_id INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE,
	revision INTEGER NOT NULL CHECK (revision >= 1),
	editor_id INTEGER REFERENCES authors (author_id) ON DELETE SET NULL,
	body TEXT NOT NULL,
	made_at DATETIME NOT NULL,
	PRIMARY KEY (post_id, revision)
) WITHOUT ROWID;

CREATE TABLE comments (
	comment_id INTEGER PRIMARY KEY,
	post_id INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE,
	parent_id INTEGER REFERENCES comments (comment_id) ON DELETE CASCADE,
	author_name TEXT NOT NULL,
	author_email TEXT,
	content TEXT NOT NULL CHECK (length(content) BETWEEN 1 AND 5000),
	ip TEXT,
	approved BOOLEAN NOT NULL DEFAULT 0 CHECK (approved IN (FALSE, TRUE)),
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	CHECK (parent_id <> comment_id)
);

CREATE TABLE tags (
	tag_id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE CHECK (name = lower(name) AND length(name) < 40)
);

CREATE TABLE post_tags (
	post_id INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE,
	tag_id INTEGER NOT NULL REFERENCES tags ON DELETE CASCADE,
	PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE post_search USING fts5 (title, body, content = 'posts', content_rowid = 'post_id');

CREATE TRIGGER posts_after_insert AFTER INSERT ON posts BEGIN
	INSERT INTO post_search (rowid, title, body) VALUES (new.post_id, new.title, new.body);
END;

CREATE TRIGGER posts_after_delete AFTER DELETE ON posts BEGIN
	INSERT INTO post_search (post_search, rowid, title, body) VALUES ('delete', old.post_id, old.title, old.body);
END;

CREATE VIEW published_posts AS
	SELECT p.post_id, p.slug, p.title, a.display_name, p.published_at
	FROM posts AS p JOIN authors AS a USING (author_id)
	WHERE p.state = 'published';

CREATE TRIGGER published_posts_retitle INSTEAD OF UPDATE OF title ON published_posts BEGIN
	UPDATE posts SET title = new.title WHERE post_id = old.post_id;
END;

CREATE INDEX comments_of_post ON comments (post_id, created_at);
CREATE INDEX comments_waiting ON comments (created_at) WHERE approved = 0;
CREATE UNIQUE INDEX authors_by_name ON authors (lower(login), author_id);
