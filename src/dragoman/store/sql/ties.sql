-- Who has to do with whom, and how much of what happens each party has a part in, over some days.

-- name: ties
-- How many ties there are stands in each row, as only the strongest are given.
SELECT actor, recipient, sum(events) AS events, sum(reports) AS reports,
       sum(CASE WHEN type IN :conflict THEN events ELSE 0 END) AS conflict, count(*) OVER () AS ties
FROM dyad_day
WHERE day BETWEEN :first AND :last AND status IN :statuses AND type IN :types
  AND actor <> recipient AND actor <> '' AND recipient <> ''
GROUP BY actor, recipient HAVING sum(events) >= :least
ORDER BY sum(events) DESC, sum(reports) DESC, actor, recipient LIMIT :most

-- name: shares
-- What was counted by dyad and day, added up for one side or for both; what a party does to itself is one event of it.
-- An event that names several on a side has several dyads, and the same party in more than one of them: the last part
-- takes away what is too much.
SELECT party, sum(events) AS events, sum(reports) AS reports, sum(conflict) AS conflict
FROM (
    SELECT actor AS party, events, reports, CASE WHEN type IN :conflict THEN events ELSE 0 END AS conflict
    FROM dyad_day
    WHERE :by = 1 AND day BETWEEN :first AND :last AND status IN :statuses AND type IN :types
    UNION ALL
    SELECT recipient, events, reports, CASE WHEN type IN :conflict THEN events ELSE 0 END
    FROM dyad_day
    WHERE :to = 1 AND day BETWEEN :first AND :last AND status IN :statuses AND type IN :types
      AND (:by = 0 OR recipient <> actor)
    UNION ALL
    SELECT party, 1 - count(*), (1 - count(*)) * reports, CASE WHEN type IN :conflict THEN 1 - count(*) ELSE 0 END
    FROM (
        SELECT dyad.actor AS party, event.key AS event, event.reports AS reports, event.type AS type
        FROM event JOIN dyad ON dyad.event = event.key
        WHERE :by = 1 AND (event.actor LIKE '%;%' OR event.recipient LIKE '%;%')
          AND event.first BETWEEN :first AND :last AND event.status IN :statuses AND event.type IN :types
        UNION ALL
        SELECT dyad.recipient, event.key, event.reports, event.type
        FROM event JOIN dyad ON dyad.event = event.key
        WHERE :to = 1 AND (event.actor LIKE '%;%' OR event.recipient LIKE '%;%')
          AND event.first BETWEEN :first AND :last AND event.status IN :statuses AND event.type IN :types
          AND (:by = 0 OR dyad.recipient <> dyad.actor)
    ) AS several
    GROUP BY party, event, reports, type HAVING count(*) > 1
) AS counted
WHERE party <> ''
GROUP BY party ORDER BY sum(events) DESC, sum(reports) DESC, party LIMIT :most

-- name: counted
SELECT day, actor, recipient, type, status, events, reports FROM dyad_day WHERE day BETWEEN :first AND :last ORDER BY day

-- name: counted_twice
-- What adding up dyads counts too often, as above, by party and part: below 0.
SELECT first, party, part, type, status, sum(1 - times), sum((1 - times) * reports)
FROM (
    SELECT event.first AS first, CASE sides.side WHEN 'by' THEN dyad.actor ELSE dyad.recipient END AS party,
           sides.part AS part, event.type AS type, event.status AS status, event.reports AS reports, count(*) AS times
    FROM event JOIN dyad ON dyad.event = event.key CROSS JOIN (
        SELECT 'by' AS side, 'actor' AS part UNION ALL SELECT 'to', 'recipient'
        UNION ALL SELECT 'by', 'either' UNION ALL SELECT 'to', 'either'
    ) AS sides
    WHERE (event.actor LIKE '%;%' OR event.recipient LIKE '%;%') AND event.first BETWEEN :first AND :last
      AND (sides.side = 'by' OR sides.part = 'recipient' OR dyad.recipient <> dyad.actor)
    GROUP BY event.first, party, sides.part, event.key, event.type, event.status, event.reports
    HAVING count(*) > 1
) AS several
GROUP BY first, party, part, type, status ORDER BY first

-- name: days_counted_since
SELECT day FROM counted_day WHERE number > :number ORDER BY day
