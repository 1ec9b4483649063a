-- Names that need quotes, names that are keywords elsewhere, other scripts, and case that differs between uses.
CREATE TABLE "order" (
	"id" INTEGER PRIMARY KEY,
	"select" TEXT NOT NULL CHECK ("select" IN ('from', 'where')),
	[group] INTEGER REFERENCES [Group] ([Key]),
	`where` TEXT CHECK (`where` <> ''),
	"total amount" REAL CHECK ("total amount" >= 0.0),
	"a ""quoted"" name" TEXT CHECK (length("a ""quoted"" name") <= 12),
	[CHECK] INTEGER CHECK ([CHECK] IN (1, 2)),
	"end" INTEGER, start INTEGER,
	CHECK (start < "end")
);

CREATE TABLE [group] (
	`key` INTEGER PRIMARY KEY,
	"It's a name" TEXT NOT NULL UNIQUE,
	[semi;colon] TEXT
);

CREATE TABLE "straße" (
	"größe" REAL NOT NULL CHECK ("größe" > 0),
	"名前" TEXT NOT NULL,
	"Emoji 🙂" TEXT,
	PRIMARY KEY ("名前")
);

CREATE TABLE "with space" (
	"first column" INTEGER PRIMARY KEY,
	"ORDER" INTEGER NOT NULL REFERENCES "ORDER",
	"strasse" TEXT REFERENCES "Straße" ("名前"),
	"percent%s" TEXT,
	"dotted.name" INTEGER UNIQUE CHECK ("with space"."dotted.name" > 0)
);

CREATE TABLE CamelCase (CamelId INTEGER PRIMARY KEY, ParentId INTEGER REFERENCES CAMELCASE (camelid), checkSum TEXT, "unique" INTEGER);

CREATE INDEX "index on ""order""" ON "order" ("total amount" DESC) WHERE "select" = 'from';
CREATE VIEW "a view" AS SELECT "first column" AS "1st" FROM "with space";
