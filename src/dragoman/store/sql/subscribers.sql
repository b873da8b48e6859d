-- Who gets briefings.

-- name: subscriber_of
SELECT key, address, same, made FROM subscriber WHERE same = :same

-- name: subscriber
SELECT key, address, same, made FROM subscriber WHERE key = :key

-- name: add_subscriber
INSERT INTO subscriber (address, same, made) VALUES (:address, :same, :now) ON CONFLICT (same) DO NOTHING

-- name: subscriptions_of
SELECT list, state FROM subscription WHERE subscriber = :subscriber ORDER BY list

-- name: set_subscription
INSERT INTO subscription (subscriber, list, state, changed) VALUES (:subscriber, :list, :state, :now)
ON CONFLICT (subscriber, list) DO UPDATE SET state = excluded.state, changed = excluded.changed

-- name: ask_subscription
INSERT INTO subscription (subscriber, list, state, changed) VALUES (:subscriber, :list, 'pending', :now)
ON CONFLICT (subscriber, list) DO UPDATE SET state = 'pending', changed = excluded.changed
WHERE subscription.state <> 'confirmed'

-- name: confirmed
SELECT subscriber.key, subscriber.address, subscriber.same, subscriber.made
FROM subscription JOIN subscriber ON subscriber.key = subscription.subscriber
WHERE subscription.list = :list AND subscription.state = 'confirmed' AND subscription.subscriber > :after
ORDER BY subscription.subscriber LIMIT :most

-- name: count_subscriptions
SELECT state, count(*) AS many FROM subscription WHERE list = :list GROUP BY state ORDER BY state

-- name: add_sign_up
INSERT INTO sign_up (subscriber, lists, asked, expires) VALUES (:subscriber, :lists, :now, :expires) RETURNING key

-- name: sign_up
SELECT key, subscriber, lists, asked, expires, confirmed FROM sign_up WHERE key = :key

-- name: use_sign_up
UPDATE sign_up SET confirmed = :now WHERE key = :key AND confirmed IS NULL AND expires > :now

-- name: queue_mail
INSERT INTO outbox (kind, subscriber, sign_up, state, due, attempts, changed, reply)
VALUES (:kind, :subscriber, :sign_up, 'queued', :now, 0, :now, '')

-- name: suppress
INSERT INTO suppression (who, reason, at) VALUES (:who, :reason, :now) ON CONFLICT (who) DO NOTHING

-- name: suppression_of
SELECT reason FROM suppression WHERE who = :who

-- name: lift_suppression
DELETE FROM suppression WHERE who = :who

-- name: drop_mails
UPDATE outbox SET state = 'dropped', changed = :now
WHERE subscriber = :subscriber AND state = 'queued'
  AND issue IN (SELECT key FROM issue WHERE list IN :lists)

-- name: drop_all_mails
UPDATE outbox SET state = 'dropped', changed = :now WHERE subscriber = :subscriber AND state = 'queued'

-- name: held_subscriber
SELECT key, address, made FROM subscriber WHERE key = :subscriber

-- name: held_subscription
SELECT list, state, changed FROM subscription WHERE subscriber = :subscriber ORDER BY list

-- name: held_sign_up
SELECT lists, asked, expires, confirmed FROM sign_up WHERE subscriber = :subscriber ORDER BY key

-- name: held_outbox
SELECT outbox.kind, issue.list, issue.number, outbox.state, outbox.attempts, outbox.changed, outbox.reply
FROM outbox LEFT JOIN issue ON issue.key = outbox.issue
WHERE outbox.subscriber = :subscriber ORDER BY outbox.key

-- name: held_bounce
SELECT kind, at, told FROM bounce WHERE subscriber = :subscriber ORDER BY key

-- name: held_platform_id
SELECT platform, theirs FROM platform_id
WHERE kind = 'subscriber' AND ours = CAST(CAST(:subscriber AS BIGINT) AS TEXT) ORDER BY platform

-- name: erase_outbox
-- The words of a server often hold the address.
UPDATE outbox SET sign_up = NULL, reply = '' WHERE subscriber = :subscriber

-- name: erase_sign_ups
DELETE FROM sign_up WHERE subscriber = :subscriber

-- name: erase_bounces
DELETE FROM bounce WHERE subscriber = :subscriber

-- name: erase_subscriptions
DELETE FROM subscription WHERE subscriber = :subscriber

-- name: erase_ids
DELETE FROM platform_id WHERE kind = 'subscriber' AND ours = CAST(CAST(:subscriber AS BIGINT) AS TEXT)

-- name: erase_subscriber
UPDATE subscriber SET address = NULL, same = NULL WHERE key = :subscriber

-- name: never_confirmed
SELECT key, address, same, made FROM subscriber
WHERE address IS NOT NULL AND made < :before
  AND NOT EXISTS (SELECT 1 FROM sign_up WHERE sign_up.subscriber = subscriber.key AND sign_up.expires >= :before)
  AND NOT EXISTS (
    SELECT 1 FROM subscription WHERE subscription.subscriber = subscriber.key AND subscription.state <> 'pending')
ORDER BY key LIMIT :most
