-- What only one may do at a time.

-- name: hold_lease
-- An end further away than one that begins now was written before the clock was put back, and holds nobody up.
INSERT INTO lease (name, holder, expires)
VALUES (CAST(:name AS TEXT), CAST(:holder AS TEXT), CAST(:expires AS BIGINT))
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
WHERE lease.holder = excluded.holder OR lease.expires <= :now OR lease.expires > excluded.expires

-- name: release_lease
DELETE FROM lease WHERE name = :name AND holder = :holder

-- name: lease_of
SELECT holder, expires FROM lease WHERE name = :name
