/* A store of media files, in the types of several other systems. */
CREATE TABLE [Performer] (
	[PerformerId] INTEGER NOT NULL,
	[Name] NVARCHAR(120),
	CONSTRAINT [PK_Performer] PRIMARY KEY ([PerformerId])
);

CREATE TABLE [Release] (
	[ReleaseId] INTEGER NOT NULL,
	[Title] NVARCHAR(160) NOT NULL,
	[PerformerId] INTEGER NOT NULL,
	CONSTRAINT [PK_Release] PRIMARY KEY ([ReleaseId]),
	FOREIGN KEY ([PerformerId]) REFERENCES [Performer] ([PerformerId]) ON DELETE NO ACTION ON UPDATE NO ACTION
);

CREATE TABLE [Staff] (
	[StaffId] INTEGER NOT NULL,
	[LastName] NVARCHAR(20) NOT NULL,
	[FirstName] NVARCHAR(20) NOT NULL,
	[Title] NVARCHAR(30),
	[ReportsTo] INTEGER,
	[BirthDate] DATETIME,
	[HireDate] DATETIME,
	[Email] NVARCHAR(60),
	CONSTRAINT [PK_Staff] PRIMARY KEY ([StaffId]),
	FOREIGN KEY ([ReportsTo]) REFERENCES [Staff] ([StaffId])
);

CREATE TABLE [Buyer] (
	[BuyerId] INTEGER NOT NULL,
	[FirstName] NVARCHAR(40) NOT NULL,
	[LastName] NVARCHAR(20) NOT NULL,
	[Company] NVARCHAR(80),
	[Address] NVARCHAR(70),
	[City] NVARCHAR(40),
	[State] NVARCHAR(40),
	[Country] NVARCHAR(40),
	[PostalCode] NVARCHAR(10),
	[Phone] NVARCHAR(24),
	[Email] NVARCHAR(60) NOT NULL,
	[SupportId] INTEGER,
	CONSTRAINT [PK_Buyer] PRIMARY KEY ([BuyerId]),
	FOREIGN KEY ([SupportId]) REFERENCES [Staff] ([StaffId])
);

CREATE TABLE [MediaType] (
	[MediaTypeId] SMALLINT NOT NULL,
	[Name] NVARCHAR(120),
	PRIMARY KEY ([MediaTypeId])
);

CREATE TABLE [Item] (
	[ItemId] BIGINT NOT NULL,
	[Name] NVARCHAR(200) NOT NULL,
	[ReleaseId] INTEGER,
	[MediaTypeId] SMALLINT NOT NULL,
	[Milliseconds] UNSIGNED BIG INT NOT NULL,
	[Bytes] INT8,
	[UnitPrice] NUMERIC(10,2) NOT NULL,
	[Loudness] DOUBLE PRECISION,
	[Cover] BLOB,
	[Explicit] BIT NOT NULL DEFAULT 0,
	CONSTRAINT [PK_Item] PRIMARY KEY ([ItemId]),
	FOREIGN KEY ([ReleaseId]) REFERENCES [Release] ([ReleaseId]),
	FOREIGN KEY ([MediaTypeId]) REFERENCES [MediaType] ([MediaTypeId])
);

CREATE TABLE [Invoice] (
	[InvoiceId] INTEGER NOT NULL,
	[BuyerId] INTEGER NOT NULL,
	[InvoiceDate] DATETIME NOT NULL,
	[BillingCity] NVARCHAR(40),
	[BillingCountry] NVARCHAR(40),
	[Total] NUMERIC(10,2) NOT NULL,
	CONSTRAINT [PK_Invoice] PRIMARY KEY ([InvoiceId]),
	FOREIGN KEY ([BuyerId]) REFERENCES [Buyer] ([BuyerId])
);

CREATE TABLE [InvoiceLine] (
	[InvoiceLineId] INTEGER NOT NULL,
	[InvoiceId] INTEGER NOT NULL,
	[ItemId] BIGINT NOT NULL,
	[UnitPrice] NUMERIC(10,2) NOT NULL,
	[Quantity] INTEGER NOT NULL,
	CONSTRAINT [PK_InvoiceLine] PRIMARY KEY ([InvoiceLineId]),
	FOREIGN KEY ([InvoiceId]) REFERENCES [Invoice] ([InvoiceId]),
	FOREIGN KEY ([ItemId]) REFERENCES [Item] ([ItemId])
);

CREATE TABLE [Playlist] ([PlaylistId] INTEGER NOT NULL PRIMARY KEY DESC, [Name] NCHAR(55));

CREATE TABLE [PlaylistItem] (
	[PlaylistId] INTEGER NOT NULL,
	[ItemId] BIGINT NOT NULL,
	CONSTRAINT [PK_PlaylistItem] PRIMARY KEY ([PlaylistId], [ItemId]),
	FOREIGN KEY ([PlaylistId]) REFERENCES [Playlist] ([PlaylistId]),
	FOREIGN KEY ([ItemId]) REFERENCES [Item] ([ItemId])
);

CREATE INDEX [IFK_ItemReleaseId] ON [Item] ([ReleaseId]);
CREATE INDEX [IFK_InvoiceBuyerId] ON [Invoice] ([BuyerId]);
CREATE INDEX [IFK_InvoiceLineItemId] ON [InvoiceLine] ([ItemId]);
