-- What a sending platform calls things of ours, and what it was told of people.

-- name: platform_ids
SELECT ours, theirs FROM platform_id WHERE platform = :platform AND kind = :kind ORDER BY ours

-- name: platform_id
SELECT theirs FROM platform_id WHERE platform = :platform AND kind = :kind AND ours = :ours

-- name: keep_platform_id
-- Of two who do so at once the first one stays.
INSERT INTO platform_id (platform, kind, ours, theirs)
VALUES (CAST(:platform AS TEXT), CAST(:kind AS TEXT), CAST(:ours AS TEXT), CAST(:theirs AS TEXT))
ON CONFLICT (platform, kind, ours) DO NOTHING

-- name: set_platform_id
INSERT INTO platform_id (platform, kind, ours, theirs)
VALUES (CAST(:platform AS TEXT), CAST(:kind AS TEXT), CAST(:ours AS TEXT), CAST(:theirs AS TEXT))
ON CONFLICT (platform, kind, ours) DO UPDATE SET theirs = excluded.theirs

-- name: drop_platform_id
DELETE FROM platform_id WHERE platform = :platform AND kind = :kind AND ours = :ours

-- name: platform_members
SELECT ours, theirs FROM platform_id
WHERE platform = :platform AND kind = 'member' AND ours > :after
ORDER BY ours LIMIT :most

-- name: orphaned_members
-- Whoever was erased here has no number any more that leads to them.
SELECT ours FROM platform_id AS member
WHERE platform = :platform AND kind = 'member' AND NOT EXISTS (
    SELECT 1 FROM platform_id AS person
    WHERE person.platform = member.platform AND person.kind = 'subscriber' AND person.theirs = member.ours)
ORDER BY ours

-- name: platform_people
-- Everybody who has an address here and is or was on a list, a page after the other.
SELECT subscriber.key, subscriber.address, subscription.list, subscription.state, subscription.changed
FROM subscription JOIN subscriber ON subscriber.key = subscription.subscriber
WHERE subscription.subscriber IN (
    SELECT key FROM subscriber WHERE key > :after AND address IS NOT NULL ORDER BY key LIMIT :most)
ORDER BY subscriber.key, subscription.list

-- name: last_person
-- The last one of that page, whether on a list or not; null where nobody is left.
SELECT max(key) FROM (
    SELECT key FROM subscriber WHERE key > :after AND address IS NOT NULL ORDER BY key LIMIT :most) AS page

-- name: subscriptions_with_time
SELECT list, state, changed FROM subscription WHERE subscriber = :subscriber ORDER BY list

-- name: agreements
-- When and from where somebody asked, and confirmed, for the last time.
SELECT action, at, origin FROM consent
WHERE subscriber = :subscriber AND action IN ('requested', 'confirmed')
  AND number IN (
    SELECT max(number) FROM consent
    WHERE subscriber = :subscriber AND action IN ('requested', 'confirmed') GROUP BY action)

-- name: confirmations_to_send
SELECT outbox.key, outbox.kind, outbox.subscriber, outbox.issue, outbox.sign_up, outbox.attempts, subscriber.address,
       subscriber.same
FROM outbox JOIN subscriber ON subscriber.key = outbox.subscriber
WHERE outbox.state = 'queued' AND outbox.kind = 'confirm' AND outbox.due <= :now AND outbox.key > :after
  AND subscriber.address IS NOT NULL
ORDER BY outbox.key LIMIT :most
