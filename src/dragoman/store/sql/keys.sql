-- Keys that sign links and hide addresses.

-- name: secrets_of
SELECT value FROM secret WHERE purpose = :purpose ORDER BY number

-- name: newest_secret
SELECT max(number) FROM secret WHERE purpose = :purpose

-- name: add_secret
INSERT INTO secret (purpose, number, value, made) VALUES (:purpose, :number, :value, :made)

-- name: drop_secrets
DELETE FROM secret WHERE purpose = :purpose AND number < :before
