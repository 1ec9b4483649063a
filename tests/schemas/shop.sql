-- A web shop: catalogue, stock, carts, orders and payments.
CREATE TABLE categories (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	parent_id INTEGER REFERENCES categories (id) ON DELETE SET NULL,
	name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
	slug TEXT NOT NULL UNIQUE CHECK (slug = lower(slug) AND slug NOT GLOB '*[^a-z0-9-]*'),
	position INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0)
);

CREATE TABLE customers (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	email TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (email LIKE '%_@_%'),
	password_hash TEXT NOT NULL CHECK (length(password_hash) = 60),
	first_name TEXT NOT NULL CHECK (trim(first_name) <> ''),
	last_name TEXT NOT NULL CHECK (trim(last_name) <> ''),
	phone TEXT,
	newsletter INTEGER NOT NULL DEFAULT 0 CHECK (newsletter IN (0, 1)),
	created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE addresses (
	id INTEGER PRIMARY KEY,
	customer_id INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
	kind TEXT NOT NULL DEFAULT 'shipping' CHECK (kind IN ('billing', 'shipping')),
	street TEXT NOT NULL,
	postcode TEXT NOT NULL CHECK (length(postcode) <= 10),
	city TEXT NOT NULL,
	country TEXT NOT NULL CHECK (length(country) = 2 AND country = upper(country))
);

CREATE TABLE products (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	category_id INTEGER NOT NULL REFERENCES categories (id),
	sku TEXT NOT NULL UNIQUE CHECK (length(sku) BETWEEN 6 AND 16),
	name TEXT NOT NULL,
	description TEXT,
	price_cents INTEGER NOT NULL CHECK (price_cents > 0),
	sale_price_cents INTEGER CHECK (sale_price_cents IS NULL OR sale_price_cents < price_cents),
	weight_grams INTEGER CHECK (weight_grams > 0 AND weight_grams <= 50000),
	rating REAL CHECK (rating BETWEEN 1.0 AND 5.0),
	attributes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(attributes)),
	active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
);

CREATE TABLE stock (
	product_id INTEGER PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE,
	on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
	reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
	CHECK (reserved <= on_hand)
);

CREATE TABLE orders (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	number TEXT NOT NULL UNIQUE,
	customer_id INTEGER NOT NULL REFERENCES customers (id),
	billing_address_id INTEGER NOT NULL REFERENCES addresses (id),
	shipping_address_id INTEGER REFERENCES addresses (id),
	status TEXT NOT NULL DEFAULT 'pending'
		CHECK (status = 'pending' OR status = 'paid' OR status = 'shipped' OR status = 'delivered' OR status = 'cancelled'),
	currency TEXT NOT NULL DEFAULT 'EUR' CHECK (currency IN ('EUR', 'USD', 'GBP', 'SEK')),
	total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
	placed_at TEXT NOT NULL,
	shipped_at TEXT,
	CHECK (shipped_at IS NULL OR shipped_at >= placed_at)
);

CREATE TABLE order_items (
	order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
	product_id INTEGER NOT NULL REFERENCES products (id),
	quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
	unit_price_cents INTEGER NOT NULL CHECK (unit_price_cents >= 0),
	PRIMARY KEY (order_id, product_id)
);

CREATE TABLE payments (
	id INTEGER PRIMARY KEY,
	order_id INTEGER NOT NULL UNIQUE REFERENCES orders (id),
	method TEXT NOT NULL CHECK (method IN ('card', 'paypal', 'transfer', 'voucher')),
	amount_cents INTEGER NOT NULL CHECK (amount_cents <> 0),
	reference TEXT UNIQUE,
	paid_at TEXT
);

CREATE TABLE reviews (
	id INTEGER PRIMARY KEY,
	product_id INTEGER NOT NULL REFERENCES products (id),
	customer_id INTEGER NOT NULL REFERENCES customers (id),
	stars INTEGER NOT NULL CHECK (5 >= stars AND 1 <= stars),
	body TEXT CHECK (length(body) <= 2000),
	UNIQUE (product_id, customer_id)
);

CREATE INDEX products_by_category ON products (category_id, active);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at DESC);
CREATE INDEX open_orders ON orders (placed_at) WHERE status IN ('pending', 'paid');
