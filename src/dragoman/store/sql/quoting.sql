-- What reports have people say, and how many reports came out, kept with the reports.

-- name: last_statement
SELECT coalesce(max(key), 0) FROM statement

-- name: add_statements
INSERT INTO statement (key, article, begins, ends, kind, speaker, speaker_code, speaker_party, via, via_code, day, cue,
                       words)
VALUES (:key, :article, :begins, :ends, :kind, :speaker, :speaker_code, :speaker_party, :via, :via_code, :day, :cue,
        :words)

-- name: add_about
INSERT INTO about (party, day, statement, speaker_party) VALUES (:party, :day, :statement, :speaker_party)

-- name: drop_about
DELETE FROM about WHERE statement IN (SELECT key FROM statement WHERE article = :article)

-- name: drop_statements
DELETE FROM statement WHERE article = :article

-- name: index_statements
INSERT INTO statement_words(rowid, words) SELECT key, words FROM statement WHERE article = :key

-- name: forget_statements
INSERT INTO statement_words(statement_words, rowid, words)
SELECT 'delete', key, words FROM statement WHERE article = :key

-- name: rebuild_statements
INSERT INTO statement_words(statement_words) VALUES ('rebuild')

-- name: merge_statements
INSERT INTO statement_words(statement_words) VALUES ('optimize')

-- name: check_statements_not_searchable
SELECT count(*) FROM statement WHERE NOT EXISTS (SELECT 1 FROM statement_words_docsize WHERE id = statement.key)

-- name: add_report
INSERT INTO report_day (day, publisher, reports) VALUES (:day, :publisher, 1)
ON CONFLICT (day, publisher) DO UPDATE SET reports = report_day.reports + 1

-- name: take_report
UPDATE report_day SET reports = reports - 1 WHERE day = :day AND publisher = :publisher

-- name: drop_no_reports
DELETE FROM report_day WHERE day = :day AND publisher = :publisher AND reports <= 0

-- name: count_reports
INSERT INTO report_day (day, publisher, reports)
SELECT coalesce(published, '0001-01-01'), substr(coalesce(publisher, ''), 1, 300), count(*)
FROM article WHERE corrected_by IS NULL GROUP BY 1, 2

-- name: reports_counted_wrong
-- Counts of reports that are not what counting anew gives, whether too much or too little.
WITH anew AS (
    SELECT coalesce(published, '0001-01-01') AS day, substr(coalesce(publisher, ''), 1, 300) AS publisher,
           count(*) AS reports
    FROM article WHERE corrected_by IS NULL GROUP BY 1, 2
),
missing AS (SELECT * FROM anew EXCEPT SELECT day, publisher, reports FROM report_day),
surplus AS (SELECT day, publisher, reports FROM report_day EXCEPT SELECT * FROM anew)
SELECT count(*) FROM (SELECT day, publisher FROM missing UNION SELECT day, publisher FROM surplus) AS wrong

-- name: reports_by_publisher
SELECT publisher, sum(reports) AS reports FROM report_day WHERE day BETWEEN :first AND :last
GROUP BY publisher ORDER BY sum(reports) DESC, publisher LIMIT :most

-- name: reports_by_day
SELECT day, sum(reports) AS reports FROM report_day WHERE day BETWEEN :first AND :last GROUP BY day ORDER BY day

-- name: beat_sqlite
-- The store was written to once more.
INSERT INTO pulse (key, number) VALUES (1, 1) ON CONFLICT (key) DO UPDATE SET number = pulse.number + 1

-- name: beat_postgresql
-- The same where the transaction has changed anything.
INSERT INTO pulse (key, number) SELECT 1, 1 WHERE pg_current_xact_id_if_assigned() IS NOT NULL
ON CONFLICT (key) DO UPDATE SET number = pulse.number + 1

-- name: pulse
SELECT number FROM pulse WHERE key = 1

-- name: pulse_of_part
-- How often a part of the store was changed: where the number is the same, so is that part.
SELECT number FROM pulse WHERE key = :part

-- name: beat_part
INSERT INTO pulse (key, number) VALUES (:part, 1) ON CONFLICT (key) DO UPDATE SET number = pulse.number + 1
