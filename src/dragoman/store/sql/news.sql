-- What is new for a briefing: who told which event, and which commitments came to stand otherwise.

-- name: newest_article
SELECT coalesce(max(key), 0) FROM article

-- name: tellings_of
-- A version of a report came in when its first version did: a correction tells nothing new.
SELECT event.id AS event, telling.key AS key, telling.id AS telling, telling.article AS article,
       article.published AS published, article.publisher AS publisher, article.id AS report,
       (SELECT min(begun.key) FROM article AS begun WHERE begun.id = article.id) AS came
FROM event
JOIN telling ON telling.event = event.key
JOIN article ON article.key = telling.article
WHERE event.id IN :events ORDER BY telling.key

-- name: tellings_read
SELECT key, sentence, found FROM telling WHERE key IN :keys

-- name: first_versions
SELECT id, min(key) AS came FROM article WHERE id IN :ids GROUP BY id

-- name: turns_of_parties
-- Commitments that bind some parties, or are made to them, and came to stand otherwise within some days.
SELECT stood.first, stood.standing, stood.before, account.held
FROM stood JOIN account ON account.id = stood.account
WHERE stood.first BETWEEN :first AND :last AND stood.before <> stood.standing
  AND EXISTS (
      SELECT 1 FROM stood_of WHERE stood_of.account = stood.account AND stood_of.party IN :parties
  )
ORDER BY stood.first DESC, stood.account LIMIT :most
