-- Looking for tellings of the same event, and what follows from a new one.

-- name: candidates
-- Tellings of other reports that share a block and whose days meet an interval. Of narrow ones that meet it the first day
-- lies at or after :since, which keeps the search within the index; wide ones are few.
SELECT block.name, block.first, block.last, block.telling
FROM block JOIN telling ON telling.key = block.telling
WHERE block.name IN :names AND block.first BETWEEN :since AND :last AND block.last >= :first
  AND telling.article <> :article
UNION ALL
SELECT block.name, block.first, block.last, block.telling
FROM block JOIN telling ON telling.key = block.telling
WHERE block.name IN :wide AND block.first <= :last AND block.last >= :first AND telling.article <> :article

-- name: last_telling
SELECT coalesce(max(key), 0) FROM telling

-- name: last_event
SELECT coalesce(max(key), 0) FROM event

-- name: mark_stale
-- Something of a party came in or went.
INSERT INTO stale (party) VALUES (:party) ON CONFLICT DO NOTHING

-- name: mark_bound_stale
-- The same of those on whose ledgers a report bears.
INSERT INTO stale SELECT DISTINCT party FROM bound WHERE article = :key ON CONFLICT DO NOTHING

-- name: mark_all_stale
INSERT INTO stale SELECT DISTINCT party FROM bound WHERE true ON CONFLICT DO NOTHING

-- name: place
UPDATE telling SET event = :event, component = :component WHERE key = :telling

-- name: add_up
INSERT INTO dyad_day (actor, recipient, day, type, status, events, reports, score)
VALUES (:actor, :recipient, :day, :type, :status, :events, :reports, :score)
ON CONFLICT (actor, recipient, day, type, status) DO UPDATE SET
    events = dyad_day.events + excluded.events,
    reports = dyad_day.reports + excluded.reports,
    score = dyad_day.score + excluded.score

-- name: mark_counted
-- A day of which something was counted, with how often anything was.
INSERT INTO counted_day (day, number) SELECT :day, number FROM pulse WHERE key = :part
ON CONFLICT (day) DO UPDATE SET number = excluded.number

-- name: mark_all_counted
INSERT INTO counted_day (day, number)
SELECT counted.day, pulse.number
FROM (SELECT day FROM dyad_day UNION SELECT day FROM report_day UNION SELECT first FROM event) AS counted, pulse
WHERE pulse.key = :part
ON CONFLICT (day) DO UPDATE SET number = excluded.number

-- name: drop_zero
DELETE FROM dyad_day
WHERE actor = :actor AND recipient = :recipient AND day = :day AND type = :type AND status = :status AND events = 0

-- name: versions
-- The versions of a report, by its id or its address; a key of -1 says that it must not come back.
SELECT key, id, version, corrected_by FROM article WHERE id = :id OR url = :url
UNION ALL
SELECT -1, article, '', NULL FROM forgotten WHERE article IN (:digest, :address)

-- name: coder_key
SELECT key FROM coder WHERE version = :version AND rules = :rules AND model = :model

-- name: events_of_components
SELECT DISTINCT event.key, event.first, event.type, event.status, event.reports, event.score
FROM telling JOIN event ON event.key = telling.event WHERE telling.component IN :components

-- name: events_counted
SELECT key, first, type, status, reports, score FROM event WHERE key IN :events

-- name: sizes
SELECT component, count(*) AS members FROM telling WHERE component IN :components GROUP BY component

-- name: dyads_of_events
SELECT actor, recipient, event FROM dyad WHERE event IN :events

-- name: unplace
UPDATE telling SET event = NULL WHERE event = :event

-- name: drop_dyads
DELETE FROM dyad WHERE event = :event

-- name: drop_event
DELETE FROM event WHERE key = :event

-- name: tell_story
UPDATE article SET story = :story WHERE key = :key

-- name: untell_stories
UPDATE article SET story = NULL WHERE story IS NOT NULL

-- name: add_tellings
INSERT INTO telling (key, article, id, sentence, found, compared)
VALUES (:key, :article, :id, :sentence, :found, :compared)

-- name: add_blocks
INSERT INTO block (name, first, last, telling) VALUES (:name, :first, :last, :telling)

-- name: add_events
INSERT INTO event (key, id, type, mode, status, first, last, date_from, actor, recipient, actor_name, recipient_name,
                   score, confidence, reports, publishers, told_in, word, sentence)
VALUES (:key, :id, :type, :mode, :status, :first, :last, :date_from, :actor, :recipient, :actor_name, :recipient_name,
        :score, :confidence, :reports, :publishers, :told_in, :word, :sentence)

-- name: add_dyads
INSERT INTO dyad (actor, recipient, first, event) VALUES (:actor, :recipient, :first, :event)

-- name: corrections_standing
SELECT correction.held FROM article
JOIN correction ON correction.article = article.id AND correction.version = article.version
WHERE article.key = :key AND correction.withdrawn IS NULL ORDER BY correction.key

-- name: add_bound
INSERT INTO bound (party, other, jointly, article) VALUES (:party, :other, :jointly, :article)
