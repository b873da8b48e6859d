-- The numbered briefings of mailing lists, and what each list has told already.

-- name: add_issue
INSERT INTO issue (list, number, made, first, last, subject, held)
SELECT CAST(:list AS TEXT), coalesce(max(number), 0) + 1, CAST(:made AS BIGINT), CAST(:first AS TEXT),
       CAST(:last AS TEXT), CAST(:subject AS TEXT), CAST(:held AS TEXT)
FROM issue WHERE list = :list
RETURNING key, number

-- name: add_told
INSERT INTO told (list, what, issue) VALUES (:list, :what, :issue) ON CONFLICT (list, what) DO NOTHING

-- name: told_among
SELECT what FROM told WHERE list = :list AND what IN :ids

-- name: told_all
SELECT what FROM told WHERE list = :list

-- name: issues_of
-- The newest first, from below a number on; without what is held, which is long.
SELECT key, list, number, made, first, last, subject, '' AS held FROM issue
WHERE list = :list AND number < :before ORDER BY number DESC LIMIT :most

-- name: issue_numbered
SELECT key, list, number, made, first, last, subject, held FROM issue WHERE list = :list AND number = :number

-- name: issue_by_key
SELECT key, list, number, made, first, last, subject, held FROM issue WHERE key = :key

-- name: last_issue
SELECT key, list, number, made, first, last, subject, held FROM issue
WHERE list = :list ORDER BY number DESC LIMIT 1
