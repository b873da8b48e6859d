-- Which coders coded what.

-- name: coders
SELECT version, rules, model,
       (SELECT count(*) FROM article WHERE article.coder = coder.key AND article.corrected_by IS NULL) AS reports
FROM coder ORDER BY key DESC LIMIT :most
