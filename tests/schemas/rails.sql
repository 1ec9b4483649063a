-- As another well-known web framework writes its tables.
CREATE TABLE "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);
CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "email" varchar(255) DEFAULT '' NOT NULL, "encrypted_password" varchar(255) DEFAULT '' NOT NULL, "reset_token" varchar(255), "sign_in_count" integer DEFAULT 0 NOT NULL, "current_sign_in_at" datetime(6), "current_sign_in_ip" varchar(45), "admin" boolean DEFAULT 0 NOT NULL, "locale" varchar(5) DEFAULT 'en', "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);
CREATE TABLE "accounts" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "user_id" integer NOT NULL, "name" varchar(255) NOT NULL, "balance" decimal(10,2) DEFAULT 0.0 NOT NULL, "credit_limit" decimal(10,2), "preferences" json DEFAULT '{}', "opened_on" date, "reminder_at" time, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL, CONSTRAINT "fk_rails_bdd76d4330" FOREIGN KEY ("user_id") REFERENCES "users" ("id"), CONSTRAINT balance_in_range CHECK (balance >= -100000.00 AND balance <= 99999999.99));
CREATE TABLE "attachments" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "record_type" varchar NOT NULL, "record_id" bigint NOT NULL, "blob_id" bigint NOT NULL, "name" varchar NOT NULL, "created_at" datetime(6) NOT NULL, CONSTRAINT "fk_rails_eca6eb8c9e" FOREIGN KEY ("blob_id") REFERENCES "blobs" ("id"));
CREATE TABLE "blobs" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "key" varchar NOT NULL, "filename" varchar NOT NULL, "content_type" varchar, "metadata" text, "byte_size" bigint NOT NULL, "checksum" varchar, "data" binary(64), "ratio" float, "created_at" datetime(6) NOT NULL);
CREATE TABLE "memberships" ("user_id" integer NOT NULL, "account_id" integer NOT NULL, "role" integer DEFAULT 0 NOT NULL, FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE, FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE);
CREATE TABLE "categories" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar(255), "ancestry" varchar(255), "parent_id" integer, "lft" integer, "rgt" integer, "children_count" integer DEFAULT 0, CONSTRAINT "fk_rails_0787b0b125" FOREIGN KEY ("parent_id") REFERENCES "categories" ("id"));
CREATE UNIQUE INDEX "index_users_on_email" ON "users" ("email");
CREATE UNIQUE INDEX "index_users_on_reset_token" ON "users" ("reset_token") WHERE reset_token IS NOT NULL;
CREATE INDEX "index_accounts_on_user_id" ON "accounts" ("user_id");
CREATE UNIQUE INDEX "index_blobs_on_key" ON "blobs" ("key");
CREATE UNIQUE INDEX "index_attachments_uniqueness" ON "attachments" ("record_type", "record_id", "name", "blob_id");
CREATE UNIQUE INDEX "index_memberships_on_user_id_and_account_id" ON "memberships" ("user_id", "account_id");
