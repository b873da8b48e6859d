-- What the ledger is made from, and which of its accounts are wanted.

-- name: bound_together
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
-- Along the index of days: without the plus SQLite would look for those that stand first, and put all in order.
SELECT published FROM article WHERE +corrected_by IS NULL AND published IS NOT NULL ORDER BY published DESC LIMIT 1

-- name: add_periods
INSERT INTO stood (account, first, until, standing, before, took, kind, made, latest)
VALUES (:account, :first, :until, :standing, :before, :took, :kind, :made, :latest)

-- name: add_sides
INSERT INTO stood_of (party, side, made, account, first, until, standing, took, kind, latest)
VALUES (:party, :side, :made, :account, :first, :until, :standing, :took, :kind, :latest)

-- name: add_citations
INSERT INTO cited (account, article, event) VALUES (:account, :article, :event)

-- name: accounts_after
SELECT id, held FROM account WHERE id > :last ORDER BY id LIMIT :page

-- name: kept_periods
SELECT account, kind, made, latest, first, until, standing, before, took
FROM stood WHERE account BETWEEN :first AND :last

-- name: kept_sides
SELECT party, side, made, account, first, until, standing, took, kind, latest
FROM stood_of WHERE account BETWEEN :first AND :last

-- name: kept_citations
SELECT account, article, event FROM cited WHERE account BETWEEN :first AND :last
