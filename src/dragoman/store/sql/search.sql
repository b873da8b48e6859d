-- Full-text search: reports by their days of publication, events by their first days, the newest first, those without
-- a day last. Of words that stand in more than 5,000 sentences or reports only the hits that came in last are put in
-- order: reading all of them would take seconds. Superseded reports are not found.

-- name: search_reports_sqlite
-- The words around are looked for in those alone that are given.
WITH newest AS MATERIALIZED (
    SELECT key, id, published, publisher, title FROM article
    WHERE corrected_by IS NULL AND key IN (
        SELECT rowid FROM article_words WHERE article_words MATCH :words ORDER BY rowid DESC LIMIT 5000
    )
    ORDER BY published DESC, key DESC LIMIT :most
)
SELECT id, published, publisher, title,
       coalesce((SELECT snippet(article_words, 1, '', '', '…', 24) FROM article_words
                 WHERE article_words MATCH :words AND article_words.rowid = newest.key), title, '')
FROM newest ORDER BY published DESC, key DESC

-- name: search_reports_postgresql
WITH newest AS MATERIALIZED (
    SELECT key, id, published, publisher, title, text FROM article
    WHERE words @@ websearch_to_tsquery('english', :words) AND corrected_by IS NULL
    ORDER BY published DESC NULLS LAST, key DESC LIMIT :most
)
SELECT id, published, publisher, title,
       ts_headline('english', left(coalesce(text, title, ''), 200000), websearch_to_tsquery('english', :words),
                   'StartSel="", StopSel="", MaxWords=24, MinWords=12, MaxFragments=1')
FROM newest ORDER BY published DESC NULLS LAST, key DESC

-- name: search_events_sqlite
SELECT id, first, type, mode, status, actor, recipient, reports, sentence FROM event WHERE key IN (
    SELECT telling.event FROM (
        SELECT rowid AS hit FROM telling_words WHERE telling_words MATCH :words ORDER BY rowid DESC LIMIT 5000
    ) AS hits JOIN telling ON telling.key = hits.hit
)
ORDER BY first DESC, key DESC LIMIT :most

-- name: search_events_postgresql
SELECT id, first, type, mode, status, actor, recipient, reports, sentence FROM event WHERE key IN (
    SELECT event FROM (
        SELECT event FROM telling WHERE words @@ websearch_to_tsquery('english', :words) ORDER BY key DESC LIMIT 5000
    ) AS hits
)
ORDER BY first DESC, key DESC LIMIT :most

-- name: search_events_counted_sqlite
SELECT count(DISTINCT telling.event)
FROM telling_words JOIN telling ON telling.key = telling_words.rowid
WHERE telling_words MATCH :words AND telling.event IS NOT NULL

-- name: search_events_counted_postgresql
SELECT count(DISTINCT event) FROM telling
WHERE words @@ websearch_to_tsquery('english', :words) AND event IS NOT NULL

-- name: telling_hits_sqlite
SELECT rowid AS key FROM telling_words WHERE telling_words MATCH :words ORDER BY rowid DESC LIMIT :many

-- name: telling_hits_postgresql
SELECT key FROM telling WHERE words @@ websearch_to_tsquery('english', :words) ORDER BY key DESC LIMIT :many

-- name: statement_hits_sqlite
SELECT rowid AS key FROM statement_words WHERE statement_words MATCH :words ORDER BY rowid DESC LIMIT :many

-- name: statement_hits_postgresql
SELECT key FROM statement
WHERE to_tsvector('english', left(words, 200000)) @@ websearch_to_tsquery('english', :words)
ORDER BY key DESC LIMIT :many

-- name: index_article
INSERT INTO article_words(rowid, title, text) SELECT key, title, text FROM article WHERE key = :key

-- name: index_tellings
INSERT INTO telling_words(rowid, sentence) SELECT key, sentence FROM telling WHERE article = :key

-- name: forget_article
INSERT INTO article_words(article_words, rowid, title, text)
SELECT 'delete', key, title, text FROM article WHERE key = :key

-- name: forget_tellings
INSERT INTO telling_words(telling_words, rowid, sentence)
SELECT 'delete', key, sentence FROM telling WHERE article = :key

-- name: rebuild_articles
INSERT INTO article_words(article_words) VALUES ('rebuild')

-- name: merge_articles
INSERT INTO article_words(article_words) VALUES ('optimize')

-- name: merge_tellings
INSERT INTO telling_words(telling_words) VALUES ('optimize')

-- name: rebuild_tellings
INSERT INTO telling_words(telling_words) VALUES ('rebuild')
