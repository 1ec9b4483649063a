-- STRICT tables, one of them with a column of ANY type.
CREATE TABLE devices (
	id INTEGER PRIMARY KEY,
	serial TEXT NOT NULL UNIQUE CHECK (length(serial) = 12 AND serial NOT GLOB '*[^0-9A-F]*'),
	model TEXT NOT NULL,
	firmware TEXT NOT NULL CHECK (firmware GLOB '[0-9]*.[0-9]*.[0-9]*'),
	public_key BLOB NOT NULL CHECK (length(public_key) = 32),
	latitude REAL CHECK (latitude BETWEEN -90 AND 90),
	longitude REAL CHECK (abs(longitude) <= 180),
	battery REAL CHECK (battery >= 0 AND battery <= 1)
) STRICT;

CREATE TABLE settings (
	device INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
	name TEXT NOT NULL,
	value ANY,
	PRIMARY KEY (device, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE readings (
	device INT NOT NULL,
	sensor TEXT NOT NULL CHECK (sensor IN ('temperature', 'humidity', 'pressure')),
	at INT NOT NULL,
	value REAL NOT NULL,
	raw BLOB,
	PRIMARY KEY (device, sensor, at),
	FOREIGN KEY (device) REFERENCES devices (id)
) STRICT;

CREATE TABLE commands (
	id TEXT PRIMARY KEY CHECK (typeof(id) = 'text' AND length(id) = 36),
	device INTEGER REFERENCES devices (id),
	device_group TEXT REFERENCES device_groups (name),
	payload ANY NOT NULL CHECK (typeof(payload) IN ('text', 'blob')),
	sent_at INTEGER NOT NULL,
	acknowledged_at INTEGER,
	CHECK (acknowledged_at > sent_at),
	CHECK ((device IS NOT NULL) + (device_group IS NOT NULL) = 1)
) STRICT;

CREATE TABLE device_groups (
	name TEXT PRIMARY KEY,
	priority INT NOT NULL DEFAULT 0 CHECK (priority BETWEEN -10 AND +10)
) STRICT;
