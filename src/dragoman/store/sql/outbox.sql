-- Mails that are to go out, each committed before it does.

-- name: queue_issue
INSERT INTO outbox (kind, subscriber, issue, state, due, attempts, changed, reply)
SELECT 'issue', subscription.subscriber, CAST(:issue AS BIGINT), 'queued', CAST(:now AS BIGINT), 0,
       CAST(:now AS BIGINT), ''
FROM subscription JOIN subscriber ON subscriber.key = subscription.subscriber
WHERE subscription.list = :list AND subscription.state = 'confirmed' AND subscriber.address IS NOT NULL
ORDER BY subscription.subscriber
ON CONFLICT (issue, subscriber) DO NOTHING

-- name: due_mails
-- Whoever waits for a confirmation does not wait for an issue to go out. What would be due after the longest wait there
-- is was queued before the clock was put back.
SELECT outbox.key, outbox.kind, outbox.subscriber, outbox.issue, outbox.sign_up, outbox.attempts, subscriber.address,
       subscriber.same
FROM outbox JOIN subscriber ON subscriber.key = outbox.subscriber
WHERE outbox.state = 'queued' AND (outbox.due <= :now OR outbox.due > :latest)
ORDER BY CASE outbox.kind WHEN 'issue' THEN 1 ELSE 0 END, outbox.due, outbox.key
LIMIT :most

-- name: wanted_mail
-- Nothing where somebody left, was erased or confirmed since the mail was queued, or it is not queued any more.
SELECT 1 FROM outbox JOIN subscriber ON subscriber.key = outbox.subscriber
WHERE outbox.key = :key AND outbox.state = 'queued' AND subscriber.address = :address
  AND (outbox.kind <> 'issue' OR EXISTS (
      SELECT 1 FROM issue JOIN subscription ON subscription.list = issue.list
      WHERE issue.key = outbox.issue AND subscription.subscriber = outbox.subscriber
        AND subscription.state = 'confirmed'))
  AND (outbox.kind <> 'confirm' OR EXISTS (
      SELECT 1 FROM sign_up
      WHERE sign_up.key = outbox.sign_up AND sign_up.confirmed IS NULL AND sign_up.expires > :now))

-- name: claim_mail
UPDATE outbox SET state = 'sending', attempts = attempts + 1, changed = :now WHERE key = :key AND state = 'queued'

-- name: drop_mail
UPDATE outbox SET state = 'dropped', changed = :now, reply = :reply WHERE key = :key AND state = 'queued'

-- name: mark_sent
-- That a server took it is so, whatever anybody thought of it meanwhile. Of somebody who was erased while it was sent the
-- server's words are not kept: they often hold the address.
UPDATE outbox SET state = 'sent', changed = :now, reply = CASE WHEN EXISTS (
    SELECT 1 FROM subscriber WHERE subscriber.key = outbox.subscriber AND subscriber.address IS NOT NULL)
  THEN CAST(:reply AS TEXT) ELSE '' END
WHERE key = :key AND state IN ('sending', 'unknown', 'queued')

-- name: mark_mail
-- Only by whoever made this attempt: since then it may have been sent by another.
UPDATE outbox SET state = :state, due = :due, changed = :now, reply = CASE WHEN EXISTS (
    SELECT 1 FROM subscriber WHERE subscriber.key = outbox.subscriber AND subscriber.address IS NOT NULL)
  THEN CAST(:reply AS TEXT) ELSE '' END
WHERE key = :key AND attempts = :attempts AND state IN ('sending', 'unknown')

-- name: mark_orphans
UPDATE outbox SET state = 'unknown', changed = :now, reply = :reply WHERE state = 'sending'

-- name: resend_mails
UPDATE outbox SET state = 'queued', due = :now, changed = :now
WHERE state = :state AND (CAST(:issue AS BIGINT) IS NULL OR issue = :issue)

-- name: believe_sent
UPDATE outbox SET state = 'sent', changed = :now
WHERE state = 'unknown' AND (CAST(:issue AS BIGINT) IS NULL OR issue = :issue)

-- name: take_back
UPDATE outbox SET state = 'dropped', changed = :now, reply = :reply WHERE state = 'queued' AND issue = :issue

-- name: count_mails
SELECT state, count(*) AS mails FROM outbox
WHERE CAST(:issue AS BIGINT) IS NULL OR issue = :issue
GROUP BY state

-- name: next_mail
SELECT min(due) FROM outbox WHERE state = 'queued'

-- name: mails_in_state
SELECT outbox.key, outbox.kind, outbox.issue, outbox.attempts, outbox.changed, outbox.reply, subscriber.address
FROM outbox JOIN subscriber ON subscriber.key = outbox.subscriber
WHERE outbox.state = :state AND outbox.key > :after AND (CAST(:issue AS BIGINT) IS NULL OR outbox.issue = :issue)
ORDER BY outbox.key LIMIT :most

-- name: database_file
SELECT file FROM pragma_database_list WHERE name = 'main'
