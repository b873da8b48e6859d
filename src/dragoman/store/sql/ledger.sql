-- What the ledger is made from, and which of its accounts are wanted.

-- name: ties
-- Who is bound in some report, with himself and everybody bound with him or addressed.
SELECT party, other, max(CASE WHEN jointly THEN 1 ELSE 0 END) AS jointly FROM bound GROUP BY party, other

-- name: bound_articles
SELECT DISTINCT article FROM bound WHERE party IN :parties

-- name: deeds
-- Distinct events by or towards some parties that a rule can link, since a day.
SELECT event.key FROM dyad JOIN event ON event.key = dyad.event
WHERE dyad.actor IN :parties AND event.last >= :first AND event.type IN :types AND event.status IN :statuses
UNION
SELECT event.key FROM dyad JOIN event ON event.key = dyad.event
WHERE dyad.recipient IN :parties AND event.last >= :first AND event.type IN :types AND event.status IN :statuses
UNION
-- By whom something is asked in return, whatever it is that he did.
SELECT event.key FROM dyad JOIN event ON event.key = dyad.event WHERE dyad.actor IN :asked AND event.last >= :first

-- name: last_published
SELECT published FROM article WHERE corrected_by IS NULL AND published IS NOT NULL ORDER BY published DESC LIMIT 1
