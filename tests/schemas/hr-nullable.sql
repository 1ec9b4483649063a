-- Staff again: the manager of a department may be missing, and a person's department too.
CREATE TABLE department (
	department_id INTEGER NOT NULL PRIMARY KEY,
	department_name VARCHAR(60) NOT NULL,
	manager_id INTEGER NULL,
	location_id INTEGER NULL,
	CONSTRAINT fk_department_manager FOREIGN KEY (manager_id) REFERENCES employee (employee_id),
	CONSTRAINT fk_department_location FOREIGN KEY (location_id) REFERENCES location (location_id)
);

CREATE TABLE employee (
	employee_id INTEGER NOT NULL PRIMARY KEY,
	name VARCHAR(80) NOT NULL,
	email VARCHAR(80) NOT NULL,
	phone VARCHAR(20) NULL,
	hire_date DATE NOT NULL,
	salary DECIMAL(8, 2) NULL CONSTRAINT salary_positive CHECK (salary > 0),
	commission DECIMAL(2, 2) NULL CHECK (commission >= 0 AND commission < 1),
	manager_id INTEGER NULL,
	department_id INTEGER NULL,
	CONSTRAINT uk_employee_email UNIQUE (email),
	CONSTRAINT fk_employee_manager FOREIGN KEY (manager_id) REFERENCES employee (employee_id),
	CONSTRAINT fk_employee_department FOREIGN KEY (department_id) REFERENCES department (department_id)
);

CREATE TABLE location (
	location_id INTEGER NOT NULL PRIMARY KEY,
	street_address VARCHAR(80) NULL,
	postal_code VARCHAR(12) NULL,
	city VARCHAR(40) NOT NULL,
	country_id CHAR(2) NULL REFERENCES country (country_id)
);

CREATE TABLE country (
	country_id CHAR(2) NOT NULL PRIMARY KEY,
	country_name VARCHAR(60) NOT NULL UNIQUE
);

-- One manager manages one department at most.
CREATE UNIQUE INDEX department_manager ON department (manager_id) WHERE manager_id IS NOT NULL;
