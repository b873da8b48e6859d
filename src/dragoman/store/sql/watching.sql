-- The feeds that are followed, and what they have told of.

-- name: add_feed
INSERT INTO feed (url, etag, modified, due, looked, answered, failures, told)
VALUES (:url, '', '', :now, NULL, NULL, 0, '')
ON CONFLICT DO NOTHING

-- name: feeds_of
SELECT key, url, etag, modified, due, looked, answered, failures, told FROM feed WHERE url IN :urls

-- name: note_unchanged
UPDATE feed SET due = :due, looked = :now, failures = 0, etag = :etag, modified = :modified WHERE key = :feed

-- name: note_answer
UPDATE feed
SET due = :due, looked = :now, answered = :now, failures = 0, etag = :etag, modified = :modified, told = :told
WHERE key = :feed

-- name: note_feed_failure
UPDATE feed SET due = :due, failures = failures + 1, told = :told WHERE key = :feed

-- name: items_by_name
SELECT key, name, page, changed, state, visits FROM feed_item WHERE feed = :feed AND name IN :names

-- name: pages_known
-- What another feed is still to read counts only where that feed is followed.
SELECT page FROM feed_item WHERE page IN :pages AND (state <> 'waiting' OR feed IN :feeds)

-- name: add_item
INSERT INTO feed_item (
    feed, name, page, url, title, published, changed, text, state, due, tries, losses, visits, since, settled, told
) VALUES (
    :feed, :name, :page, :url, :title, :published, :changed, :text, 'waiting', :now, 0, 0, 0, :now, NULL, ''
)
ON CONFLICT DO NOTHING

-- name: item_changed
UPDATE feed_item
SET page = :page, url = :url, title = :title, published = :published, changed = :changed, text = :text,
    state = 'waiting', due = :due, tries = 0, losses = 0, visits = visits + 1, settled = NULL, told = ''
WHERE key = :key

-- name: item_still_waits
UPDATE feed_item
SET page = :page, url = :url, title = :title, published = :published, changed = :changed, text = :text
WHERE key = :key

-- name: items_waiting
SELECT key, feed, url, due FROM feed_item WHERE state = 'waiting' AND feed IN :feeds ORDER BY due, key

-- name: items_due
SELECT key, feed, url, due FROM feed_item
WHERE feed = :feed AND name IN :names AND state = 'waiting' ORDER BY due, key

-- name: item
SELECT key, feed, name, url, title, published, changed, text, tries, losses FROM feed_item
WHERE key = :key AND state = 'waiting'

-- name: begin_item
UPDATE feed_item SET tries = tries + 1 WHERE key = :key

-- name: settle_item
UPDATE feed_item
SET state = :state, settled = :now, told = '', text = '', url = '', title = ''
WHERE key = :key

-- name: give_item_up
UPDATE feed_item SET state = 'failed', settled = :now, told = :told, text = '' WHERE key = :key

-- name: put_item_off
UPDATE feed_item SET due = :due, told = :told, losses = losses + :lost WHERE key = :key

-- name: count_items
SELECT feed, state, count(*) AS many FROM feed_item GROUP BY feed, state

-- name: items_failed
SELECT f.url AS feed, i.url, i.title, i.settled, i.told
FROM feed_item AS i JOIN feed AS f ON f.key = i.feed
WHERE i.state = 'failed' AND i.feed IN :feeds
ORDER BY i.settled DESC, i.key DESC LIMIT :most

-- name: forget_items
DELETE FROM feed_item WHERE state = :state AND feed = :feed AND settled < :before
