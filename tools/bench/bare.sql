-- The tables of the bare stack: texts by key and by patient, and what sessions need.
CREATE TABLE document (id uuid PRIMARY KEY, patient uuid, place int, body text);
CREATE INDEX ON document (patient, place DESC);
CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text, expire_date timestamptz);
CREATE TABLE auth_user (
    id serial PRIMARY KEY, password text, last_login timestamptz, is_superuser bool, username text,
    first_name text, last_name text, email text, is_staff bool, is_active bool, date_joined timestamptz
);
INSERT INTO auth_user VALUES (1, '!', NULL, false, 'bare', '', '', '', false, true, now());
