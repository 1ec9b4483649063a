-- Staff: departments have managers, who are employees, who belong to departments. Both are required; the check is deferred.
CREATE TABLE departments (
	id INTEGER PRIMARY KEY,
	code TEXT NOT NULL UNIQUE CHECK (length(code) = 3 AND upper(code) = code),
	name TEXT NOT NULL UNIQUE,
	manager INTEGER NOT NULL REFERENCES employees (id) DEFERRABLE INITIALLY DEFERRED,
	parent INTEGER REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED,
	budget NUMERIC(12, 2) NOT NULL CHECK (budget >= 0)
);

CREATE TABLE job_titles (
	id INTEGER PRIMARY KEY,
	title TEXT NOT NULL UNIQUE,
	min_salary INTEGER NOT NULL CHECK (min_salary > 0),
	max_salary INTEGER NOT NULL,
	CHECK (min_salary <= max_salary)
);

CREATE TABLE employees (
	id INTEGER PRIMARY KEY,
	personnel_number INTEGER NOT NULL UNIQUE CHECK (length(personnel_number) = 6),
	first_name TEXT NOT NULL,
	last_name TEXT NOT NULL,
	email TEXT NOT NULL UNIQUE,
	gender TEXT CHECK (gender IS NULL OR gender IN ('f', 'm', 'x')),
	born TEXT NOT NULL CHECK (born = date(born)),
	hired TEXT NOT NULL CHECK (hired = date(hired)),
	left_on TEXT,
	department INTEGER NOT NULL REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED,
	supervisor INTEGER REFERENCES employees (id),
	job_title INTEGER NOT NULL REFERENCES job_titles (id),
	salary INTEGER NOT NULL CHECK (salary BETWEEN 10000 AND 500000),
	full_time INTEGER NOT NULL DEFAULT 1 CHECK (full_time IN (0, 1)),
	CHECK (born < hired),
	CHECK (left_on IS NULL OR hired <= left_on)
);

CREATE TABLE salary_history (
	employee INTEGER NOT NULL REFERENCES employees (id) ON DELETE CASCADE,
	valid_from TEXT NOT NULL,
	valid_to TEXT,
	salary INTEGER NOT NULL CHECK (salary > 0),
	PRIMARY KEY (employee, valid_from),
	CHECK (valid_to > valid_from)
);

CREATE TABLE absences (
	id INTEGER PRIMARY KEY,
	employee INTEGER NOT NULL REFERENCES employees (id),
	reason TEXT NOT NULL CHECK (reason IN ('holiday', 'illness', 'parental', 'training')),
	first_day TEXT NOT NULL,
	last_day TEXT NOT NULL,
	approved_by INTEGER REFERENCES employees (id),
	CHECK (last_day >= first_day),
	CHECK (approved_by <> employee)
);
