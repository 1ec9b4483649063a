-- As one well-known web framework writes its tables.
CREATE TABLE IF NOT EXISTS "people_team" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS "people_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
CREATE TABLE IF NOT EXISTS "people_user_teams" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "people_user" ("id") DEFERRABLE INITIALLY DEFERRED, "team_id" integer NOT NULL REFERENCES "people_team" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE IF NOT EXISTS "kinds_kind" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE TABLE IF NOT EXISTS "desk_entry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "kind_id" integer NULL REFERENCES "kinds_kind" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "people_user" ("id") DEFERRABLE INITIALLY DEFERRED, "action_time" datetime NOT NULL);
CREATE TABLE IF NOT EXISTS "session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE TABLE IF NOT EXISTS "polls_question" ("id" char(32) NOT NULL PRIMARY KEY, "question_text" varchar(200) NOT NULL, "pub_date" datetime NOT NULL, "closes" date NULL, "settings" text NOT NULL CHECK ((JSON_VALID("settings") OR "settings" IS NULL)), "weight" decimal NOT NULL, "duration" bigint NOT NULL, "author_id" integer NOT NULL REFERENCES "people_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE IF NOT EXISTS "polls_choice" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "choice_text" varchar(200) NOT NULL, "votes" integer unsigned NOT NULL CHECK ("votes" >= 0), "question_id" char(32) NOT NULL REFERENCES "polls_question" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "choice_text_of_question" UNIQUE ("question_id", "choice_text"), CONSTRAINT "votes_below_a_million" CHECK ("votes" < 1000000));
CREATE UNIQUE INDEX "people_user_teams_user_id_team_id_9f767c45_uniq" ON "people_user_teams" ("user_id", "team_id");
CREATE INDEX "people_user_teams_user_id_4164d839" ON "people_user_teams" ("user_id");
CREATE INDEX "people_user_teams_team_id_bde5c099" ON "people_user_teams" ("team_id");
CREATE UNIQUE INDEX "kinds_kind_app_label_model_5bc8fbbc_uniq" ON "kinds_kind" ("app_label", "model");
CREATE INDEX "desk_entry_kind_id_cb91ce37" ON "desk_entry" ("kind_id");
CREATE INDEX "session_expire_date_b0c11fde" ON "session" ("expire_date");
CREATE INDEX "polls_choice_question_id_f1446bea" ON "polls_choice" ("question_id");
