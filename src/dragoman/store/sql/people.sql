-- Who may write from elsewhere, and the sessions of those who are logged in.

-- name: add_person
INSERT INTO person (name, password, made) VALUES (:name, :password, :now)

-- name: password_of
SELECT password FROM person WHERE name = :name

-- name: change_password
-- Only where it still is the one that was looked at: of two who change it at once the first one does.
UPDATE person SET password = :new WHERE name = :name AND password = :old

-- name: set_password
UPDATE person SET password = :new WHERE name = :name

-- name: remove_person
DELETE FROM person WHERE name = :name

-- name: people
SELECT person.name, person.made, count(session.digest) AS sessions
FROM person LEFT JOIN session ON session.person = person.name AND session.expires > :now
GROUP BY person.name, person.made

-- name: begin_session
-- Nobody gets in with a password that was changed while it was being compared.
INSERT INTO session (digest, person, made, seen, expires)
SELECT CAST(:digest AS TEXT), name, CAST(:now AS BIGINT), CAST(:now AS BIGINT), CAST(:expires AS BIGINT)
FROM person WHERE name = :name AND password = :password

-- name: session_of
SELECT person, made, seen FROM session WHERE digest = :digest AND expires > :now

-- name: note_seen
UPDATE session SET seen = :now, expires = :expires WHERE digest = :digest AND expires > :now

-- name: end_session
DELETE FROM session WHERE digest = :digest

-- name: end_sessions
DELETE FROM session WHERE person = :name

-- name: end_expired
DELETE FROM session WHERE expires <= :now
