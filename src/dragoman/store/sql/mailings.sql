-- Mailing lists.

-- name: add_mailing_list
INSERT INTO mailing_list (slug, title, description, question, schedule, visibility, made)
VALUES (:slug, :title, :description, :question, :schedule, :visibility, :made)

-- name: change_mailing_list
UPDATE mailing_list
SET title = :title, description = :description, question = :question, schedule = :schedule, visibility = :visibility
WHERE slug = :slug

-- name: mailing_list_of
SELECT slug, title, description, question, schedule, visibility, made FROM mailing_list WHERE slug = :slug

-- name: mailing_lists
SELECT slug, title, description, question, schedule, visibility, made FROM mailing_list
