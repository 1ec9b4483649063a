-- Many customers in one database: the tenant is part of every key, and foreign keys overlap in it.
CREATE TABLE tenants (
	id INTEGER PRIMARY KEY,
	subdomain TEXT NOT NULL UNIQUE CHECK (length(subdomain) BETWEEN 3 AND 40 AND subdomain = lower(subdomain)),
	plan TEXT NOT NULL CHECK (plan IN ('free', 'team', 'enterprise')),
	seats INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 10000)
);

CREATE TABLE members (
	tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id INTEGER NOT NULL,
	email TEXT NOT NULL,
	role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'guest')),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, email)
);

CREATE TABLE projects (
	tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	owner_id INTEGER NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name),
	FOREIGN KEY (tenant_id, owner_id) REFERENCES members (tenant_id, id)
);

CREATE TABLE tasks (
	tenant_id INTEGER NOT NULL,
	project_id INTEGER NOT NULL,
	number INTEGER NOT NULL CHECK (number >= 1),
	title TEXT NOT NULL,
	assignee_id INTEGER,
	done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
	PRIMARY KEY (tenant_id, project_id, number),
	FOREIGN KEY (tenant_id) REFERENCES tenants,
	FOREIGN KEY (tenant_id, project_id) REFERENCES projects,
	FOREIGN KEY (tenant_id, assignee_id) REFERENCES members (tenant_id, id)
);

CREATE TABLE task_comments (
	id INTEGER PRIMARY KEY,
	tenant_id INTEGER NOT NULL,
	project_id INTEGER NOT NULL,
	task_number INTEGER NOT NULL,
	author_id INTEGER NOT NULL,
	body TEXT NOT NULL,
	FOREIGN KEY (tenant_id, project_id, task_number) REFERENCES tasks (tenant_id, project_id, number) ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, author_id) REFERENCES members
);

CREATE TABLE audit_log (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id INTEGER NOT NULL REFERENCES tenants,
	member_id INTEGER,
	action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete', 'login')),
	detail TEXT CHECK (detail IS NULL OR json_valid(detail)),
	at TEXT NOT NULL,
	FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id) MATCH SIMPLE
);
