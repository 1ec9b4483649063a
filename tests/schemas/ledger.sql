-- Double-entry bookkeeping.
CREATE TABLE currencies (
	code TEXT NOT NULL PRIMARY KEY CHECK (length(code) = 3 AND code NOT GLOB '*[^A-Z]*'),
	name TEXT NOT NULL,
	minor_digits INTEGER NOT NULL DEFAULT 2 CHECK (minor_digits IN (0, 2, 3))
) WITHOUT ROWID;

CREATE TABLE accounts (
	id INTEGER PRIMARY KEY,
	number INTEGER NOT NULL UNIQUE CHECK (number >= 1000 AND number <= 99999),
	name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
	currency TEXT NOT NULL REFERENCES currencies (code),
	parent INTEGER REFERENCES accounts (id),
	opened DATE NOT NULL,
	closed DATE,
	CHECK ((closed IS NULL) OR (closed > opened))
);

CREATE TABLE periods (
	id INTEGER PRIMARY KEY,
	label TEXT NOT NULL UNIQUE,
	first_day DATE NOT NULL,
	last_day DATE NOT NULL,
	locked_at DATETIME,
	locked_by TEXT,
	CHECK (first_day <= last_day),
	CHECK ((locked_at IS NULL) = (locked_by IS NULL))
);

CREATE TABLE journal (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	period INTEGER NOT NULL REFERENCES periods (id),
	document TEXT NOT NULL CHECK (length(document) <= 30),
	booked_on DATE NOT NULL,
	text TEXT NOT NULL DEFAULT '',
	reverses INTEGER UNIQUE REFERENCES journal (id),
	CHECK (reverses <> id)
);

CREATE TABLE entries (
	journal INTEGER NOT NULL REFERENCES journal (id),
	line INTEGER NOT NULL CHECK (line BETWEEN 1 AND 999),
	account INTEGER NOT NULL REFERENCES accounts (id),
	debit INTEGER NOT NULL DEFAULT 0 CHECK (debit >= 0),
	credit INTEGER NOT NULL DEFAULT 0 CHECK (credit >= 0),
	tax_rate REAL CHECK (tax_rate IN (0.0, 0.07, 0.19)),
	PRIMARY KEY (journal, line),
	CONSTRAINT one_side CHECK (debit = 0 OR credit = 0),
	CONSTRAINT not_nothing CHECK (debit > 0 OR credit > 0)
) WITHOUT ROWID;

CREATE TABLE exchange_rates (
	base TEXT NOT NULL REFERENCES currencies,
	quote TEXT NOT NULL REFERENCES currencies,
	day DATE NOT NULL,
	rate DECIMAL(12, 6) NOT NULL CHECK (rate > 0),
	PRIMARY KEY (base, quote, day),
	CHECK (base <> quote)
) WITHOUT ROWID;

CREATE TABLE invoices (
	id INTEGER PRIMARY KEY,
	number TEXT NOT NULL UNIQUE,
	customer TEXT NOT NULL,
	currency TEXT NOT NULL CHECK (currency IN ('CHF', 'EUR', 'GBP', 'USD')),
	net NUMERIC NOT NULL CHECK (net >= 0 AND net <= 1e9),
	tax NUMERIC NOT NULL CHECK (tax >= 0),
	issued DATE NOT NULL,
	due DATE NOT NULL,
	paid DATE,
	journal INTEGER REFERENCES journal (id),
	CHECK (tax <= net),
	CHECK (issued <= due),
	CHECK (paid IS NULL OR paid >= issued)
);
