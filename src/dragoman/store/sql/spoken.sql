-- Where statements stand among those of their reports.

-- name: first_statements
SELECT article, min(key) AS key FROM statement WHERE article IN :articles GROUP BY article
