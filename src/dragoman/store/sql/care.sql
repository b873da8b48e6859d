-- Whether a store is sound. Each check counts what should not be there.

-- name: check_tellings_without_event
SELECT count(*) FROM telling JOIN article ON article.key = telling.article
WHERE article.corrected_by IS NULL AND telling.event IS NULL

-- name: check_tellings_of_corrected
SELECT count(*) FROM telling JOIN article ON article.key = telling.article
WHERE article.corrected_by IS NOT NULL AND telling.event IS NOT NULL

-- name: check_events_untold
SELECT count(*) FROM event WHERE NOT EXISTS (SELECT 1 FROM telling WHERE telling.event = event.key)

-- name: check_report_counts
SELECT count(*) FROM event
WHERE reports <> (SELECT count(*) FROM telling WHERE telling.event = event.key)

-- name: check_dyads_missing
SELECT count(*) FROM event WHERE NOT EXISTS (SELECT 1 FROM dyad WHERE dyad.event = event.key)

-- name: check_blocks_missing
-- A telling without any day cannot be the same as another one and has no block.
SELECT count(*) FROM telling
JOIN event ON event.key = telling.event
WHERE event.first <> '0001-01-01' AND NOT EXISTS (SELECT 1 FROM block WHERE block.telling = telling.key)

-- name: check_articles_without_coder
SELECT count(*) FROM article WHERE NOT EXISTS (SELECT 1 FROM coder WHERE coder.key = article.coder)

-- name: check_corrected_by_corrected_away
SELECT count(*) FROM article AS earlier WHERE corrected_by IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM article WHERE article.key = earlier.corrected_by)

-- name: check_articles_not_searchable
SELECT count(*) FROM article WHERE NOT EXISTS (SELECT 1 FROM article_words_docsize WHERE id = article.key)

-- name: check_tellings_not_searchable
SELECT count(*) FROM telling WHERE NOT EXISTS (SELECT 1 FROM telling_words_docsize WHERE id = telling.key)

-- name: check_reports_lost
SELECT count(*) FROM article JOIN coder ON coder.key = article.coder
WHERE article.corrected_by IS NULL AND coder.version = ''

-- name: parties_not_yet_made
-- Whose ledger depends on a party of whom something came in since the ledger was made.
SELECT count(DISTINCT bound.party) FROM bound JOIN stale ON stale.party = bound.other

-- name: counted_wrong
-- Counts that are not what counting anew gives, whether too much or too little.
WITH anew AS (
    SELECT dyad.actor AS actor, dyad.recipient AS recipient, event.first AS day, event.type AS type,
           event.status AS status, count(*) AS events, sum(event.reports) AS reports, sum(event.score) AS score
    FROM dyad JOIN event ON event.key = dyad.event
    GROUP BY dyad.actor, dyad.recipient, event.first, event.type, event.status
),
missing AS (
    SELECT * FROM anew EXCEPT SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day
),
surplus AS (
    SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day EXCEPT SELECT * FROM anew
)
SELECT count(*) FROM (
    SELECT actor, recipient, day, type, status FROM missing
    UNION SELECT actor, recipient, day, type, status FROM surplus
) AS wrong

-- name: count_all
INSERT INTO dyad_day (actor, recipient, day, type, status, events, reports, score)
SELECT dyad.actor, dyad.recipient, event.first, event.type, event.status,
       count(*), sum(event.reports), sum(event.score)
FROM dyad JOIN event ON event.key = dyad.event
GROUP BY dyad.actor, dyad.recipient, event.first, event.type, event.status
