-- Counts by dyad and day, and the events behind them.

-- name: counts_all
SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day
WHERE day BETWEEN :first AND :last ORDER BY day, actor, recipient, type, status

-- name: counts_actor
SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day
WHERE actor = :actor AND day BETWEEN :first AND :last ORDER BY day, recipient, type, status

-- name: counts_recipient
SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day
WHERE recipient = :recipient AND day BETWEEN :first AND :last ORDER BY day, actor, type, status

-- name: counts_dyad
SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day
WHERE actor = :actor AND recipient = :recipient AND day BETWEEN :first AND :last ORDER BY day, type, status

-- name: matrix
SELECT actor, recipient, sum(events), sum(reports) FROM dyad_day
WHERE day BETWEEN :first AND :last GROUP BY actor, recipient ORDER BY sum(reports) DESC, actor, recipient

-- name: latest
SELECT event.id, event.first, event.last, event.date_from, event.type, event.mode, event.status, event.actor,
       event.recipient, event.reports, event.publishers, event.sentence
FROM dyad JOIN event ON event.key = dyad.event
WHERE dyad.actor = :actor AND dyad.recipient = :recipient AND dyad.first BETWEEN :first AND :last
ORDER BY dyad.first DESC, dyad.event DESC LIMIT :most

-- name: country_counts
SELECT actor, '' AS recipient, first AS day, type, status, count(*) AS events, sum(reports) AS reports,
       sum(score) AS score
FROM (
    SELECT DISTINCT dyad.actor AS actor, event.key, event.first AS first, event.type AS type, event.status AS status,
           event.reports AS reports, event.score AS score
    FROM dyad JOIN event ON event.key = dyad.event
    WHERE event.first BETWEEN :first AND :last
) AS done
GROUP BY actor, first, type, status ORDER BY first, actor, type, status

-- name: outward_counts
SELECT actor, '' AS recipient, first AS day, type, status, count(*) AS events, sum(reports) AS reports,
       sum(score) AS score
FROM (
    SELECT DISTINCT dyad.actor AS actor, event.key, event.first AS first, event.type AS type, event.status AS status,
           event.reports AS reports, event.score AS score
    FROM dyad JOIN event ON event.key = dyad.event
    WHERE dyad.actor = :actor AND dyad.recipient <> :actor AND dyad.first BETWEEN :first AND :last
) AS done
GROUP BY actor, first, type, status ORDER BY first, type, status

-- name: partners
-- A party is no partner of itself, nor is nobody.
SELECT actor, recipient, sum(events), sum(reports) FROM dyad_day
WHERE actor = :actor AND recipient NOT IN ('', :actor) AND day BETWEEN :first AND :last AND status IN :statuses
GROUP BY actor, recipient ORDER BY sum(events) DESC, sum(reports) DESC, recipient LIMIT :most

-- name: span
SELECT min(day), max(day) FROM dyad_day WHERE day BETWEEN :first AND :last

-- name: published_span
-- One end at a time, along the index of days: both at once would read all reports, as would SQLite without the plus,
-- which keeps it from looking for those that stand first.
SELECT (SELECT published FROM article WHERE +corrected_by IS NULL AND published IS NOT NULL
        ORDER BY published LIMIT 1),
       (SELECT published FROM article WHERE +corrected_by IS NULL AND published IS NOT NULL
        ORDER BY published DESC LIMIT 1)

-- name: stories_told
-- Its title, and the first words of the first report for where that has none.
SELECT story, min(published), max(published), count(*), count(DISTINCT coalesce(publisher, id)),
       (SELECT title FROM article AS begun WHERE begun.story = article.story AND begun.corrected_by IS NULL
        ORDER BY begun.published, begun.key LIMIT 1),
       (SELECT substr(text, 1, 200) FROM article AS begun WHERE begun.story = article.story
        AND begun.corrected_by IS NULL ORDER BY begun.published, begun.key LIMIT 1)
FROM article WHERE corrected_by IS NULL AND story IS NOT NULL
GROUP BY story ORDER BY max(published) DESC, story

-- name: changed_dyads
-- Of the dyads in which most was done in the last five weeks: what was done in the last one, and in the 4 and the 52
-- weeks before that. Those weeks alone are read for all dyads: the whole year of them takes longer than a page may.
WITH lively AS (
    SELECT actor, recipient, sum(events) AS events FROM dyad_day
    WHERE day > :month AND day <= :last AND status IN :statuses
      AND actor <> '' AND recipient <> '' AND actor <> recipient
    GROUP BY actor, recipient ORDER BY sum(events) DESC, actor, recipient LIMIT :most
)
SELECT lively.actor, lively.recipient, counted.type,
       sum(CASE WHEN counted.day > :week THEN counted.events ELSE 0 END),
       sum(CASE WHEN counted.day > :week THEN counted.reports ELSE 0 END),
       sum(CASE WHEN counted.day > :month AND counted.day <= :week THEN counted.events ELSE 0 END),
       sum(CASE WHEN counted.day > :month AND counted.day <= :week THEN counted.reports ELSE 0 END),
       sum(CASE WHEN counted.day <= :week THEN counted.events ELSE 0 END),
       sum(CASE WHEN counted.day <= :week THEN counted.reports ELSE 0 END)
FROM lively JOIN dyad_day AS counted ON counted.actor = lively.actor AND counted.recipient = lively.recipient
WHERE counted.day > :year AND counted.day <= :last AND counted.status IN :statuses
GROUP BY lively.actor, lively.recipient, lively.events, counted.type
ORDER BY lively.events DESC, lively.actor, lively.recipient, counted.type
