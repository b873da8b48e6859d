-- Who agreed to what: rows are only added; erasing takes network and browser out of them.

-- name: add_consent_text
INSERT INTO consent_text (digest, text) VALUES (:digest, :text) ON CONFLICT (digest) DO NOTHING

-- name: add_consent
INSERT INTO consent (number, subscriber, who, list, action, at, origin, agent, form, text, by, previous, digest)
VALUES (:number, :subscriber, :who, :list, :action, :at, :origin, :agent, :form, :text, :by, :previous, :digest)

-- name: last_consent
SELECT number, digest FROM consent ORDER BY number DESC LIMIT 1

-- name: consents
SELECT consent.*, consent_text.text AS shown
FROM consent LEFT JOIN consent_text ON consent_text.digest = consent.text
WHERE number > :after ORDER BY number LIMIT :most

-- name: consents_of
SELECT consent.*, consent_text.text AS shown
FROM consent LEFT JOIN consent_text ON consent_text.digest = consent.text
WHERE subscriber = :subscriber AND number > :after ORDER BY number LIMIT :most

-- name: text_agreed_to
SELECT consent_text.text FROM consent JOIN consent_text ON consent_text.digest = consent.text
WHERE consent.subscriber = :subscriber AND consent.list = :list AND consent.action = 'requested'
ORDER BY consent.number DESC LIMIT 1

-- name: unfounded
-- Whoever is on a list by now has come on it by the last thing that was said of it, and was shown what it means.
SELECT subscription.subscriber, subscription.list FROM subscription
WHERE subscription.state = 'confirmed' AND NOT EXISTS (
  SELECT 1 FROM consent
  WHERE consent.subscriber = subscription.subscriber AND consent.list = subscription.list
    AND consent.action IN ('confirmed', 'imported', 'synced') AND consent.text IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM consent AS later
      WHERE later.subscriber = consent.subscriber AND later.list = consent.list AND later.number > consent.number
        AND later.action IN ('unsubscribed', 'bounced', 'complained')))
ORDER BY subscription.subscriber, subscription.list

-- name: erase_consent
UPDATE consent SET origin = :origin, agent = '' WHERE number = :number
