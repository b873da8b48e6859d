-- How often something was done.

-- name: drop_allowances
DELETE FROM allowance WHERE expires <= :now

-- name: allowance_used
-- What was counted in a future that was none, before a clock was set back, does not keep anybody waiting for long.
SELECT coalesce(sum(used), 0) AS used, min(expires) AS first FROM allowance
WHERE name = :name AND expires > :now AND expires <= :latest

-- name: take_allowance
INSERT INTO allowance (name, span, used, expires) VALUES (:name, :span, 1, :expires)
ON CONFLICT (name, span) DO UPDATE SET used = allowance.used + 1
