-- Generated columns, VIRTUAL and STORED, with keys and checks on them.
CREATE TABLE people (
	id INTEGER PRIMARY KEY,
	given_name TEXT NOT NULL,
	family_name TEXT NOT NULL,
	full_name TEXT GENERATED ALWAYS AS (given_name || ' ' || family_name) VIRTUAL,
	initials TEXT AS (substr(given_name, 1, 1) || substr(family_name, 1, 1)) STORED,
	born TEXT NOT NULL CHECK (born IS date(born)),
	birth_year INTEGER GENERATED ALWAYS AS (CAST(substr(born, 1, 4) AS INTEGER)) STORED
);

CREATE TABLE line_items (
	id INTEGER PRIMARY KEY,
	buyer INTEGER NOT NULL REFERENCES people (id),
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	unit_price REAL NOT NULL CHECK (unit_price > 0),
	discount REAL NOT NULL DEFAULT 0 CHECK (discount >= 0 AND discount < 0.9),
	total REAL GENERATED ALWAYS AS (quantity * unit_price * (1 - discount)) STORED CHECK (total >= 0)
);

CREATE TABLE documents (
	uuid TEXT NOT NULL PRIMARY KEY,
	content TEXT NOT NULL CHECK (json_valid(content)),
	kind TEXT AS (json_extract(content, '$.kind')),
	content_length INTEGER AS (length(content)) STORED
);

CREATE TABLE boxes (
	id INTEGER PRIMARY KEY,
	width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 500),
	height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 500),
	depth INTEGER NOT NULL CHECK (depth BETWEEN 1 AND 500),
	volume INTEGER AS (width * height * depth) VIRTUAL,
	CHECK (height <= width)
);

CREATE INDEX documents_by_kind ON documents (kind);
CREATE INDEX people_by_year ON people (birth_year, family_name);
CREATE INDEX boxes_by_volume ON boxes (volume);
