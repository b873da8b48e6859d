-- Mails that came back.

-- name: add_bounce
INSERT INTO bounce (subscriber, kind, at, told) VALUES (:subscriber, :kind, :at, :told)
ON CONFLICT (subscriber, told) DO NOTHING

-- name: count_soft_bounces
SELECT count(*) FROM bounce WHERE subscriber = :subscriber AND kind = 'soft' AND at > :since

-- name: bounces_of
SELECT kind, at, told FROM bounce WHERE subscriber = :subscriber ORDER BY key
