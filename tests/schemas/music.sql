-- A music library: junctions with composite unique keys.
CREATE TABLE artist (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	sort_name TEXT NOT NULL,
	mbid TEXT UNIQUE CHECK (length(mbid) = 36),
	formed INTEGER CHECK (formed BETWEEN 1500 AND 2100),
	disbanded INTEGER CHECK (disbanded BETWEEN 1500 AND 2100),
	CHECK (disbanded IS NULL OR formed IS NULL OR disbanded >= formed)
);

CREATE TABLE genre (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);

CREATE TABLE album (
	id INTEGER PRIMARY KEY,
	title TEXT NOT NULL,
	artist INTEGER NOT NULL REFERENCES artist,
	year INTEGER CHECK (year >= 1900 AND year < 2100),
	discs INTEGER NOT NULL DEFAULT 1 CHECK (discs > 0 AND discs <= 20),
	barcode TEXT CHECK (length(barcode) IN (12, 13) AND barcode NOT GLOB '*[^0-9]*'),
	UNIQUE (artist, title, year)
);

CREATE TABLE track (
	id INTEGER PRIMARY KEY,
	album INTEGER NOT NULL REFERENCES album ON DELETE CASCADE,
	disc INTEGER NOT NULL DEFAULT 1 CHECK (disc BETWEEN 1 AND 20),
	position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 999),
	title TEXT NOT NULL,
	seconds INTEGER NOT NULL CHECK (seconds > 0),
	bitrate INTEGER CHECK (bitrate IN (128, 192, 256, 320) OR bitrate IS NULL),
	path TEXT NOT NULL UNIQUE,
	UNIQUE (album, disc, position)
);

CREATE TABLE track_artist (
	track INTEGER NOT NULL REFERENCES track ON DELETE CASCADE,
	artist INTEGER NOT NULL REFERENCES artist,
	role TEXT NOT NULL DEFAULT 'performer' CHECK (role IN ('performer', 'composer', 'lyricist', 'producer', 'remixer')),
	UNIQUE (track, artist, role)
);

CREATE TABLE album_genre (
	album INTEGER NOT NULL REFERENCES album ON DELETE CASCADE,
	genre INTEGER NOT NULL REFERENCES genre,
	UNIQUE (album, genre)
);

CREATE TABLE playlist (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	smart INTEGER NOT NULL DEFAULT 0 CHECK (smart = 0 OR smart = 1),
	rules TEXT CHECK (json_valid(rules) AND json_type(rules) = 'object')
);

CREATE TABLE playlist_track (
	playlist INTEGER NOT NULL REFERENCES playlist ON DELETE CASCADE,
	position INTEGER NOT NULL CHECK (position >= 0),
	track INTEGER NOT NULL REFERENCES track,
	added_at INTEGER NOT NULL DEFAULT (unixepoch()),
	PRIMARY KEY (playlist, position),
	UNIQUE (playlist, track)
) WITHOUT ROWID;

CREATE TABLE rating (
	track INTEGER PRIMARY KEY REFERENCES track,
	stars REAL NOT NULL CHECK (stars IN (0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5)),
	loved BOOLEAN
);
