-- Views of an archive, for DuckDB 1.2 or later. First say where the archive is:
--     SET VARIABLE archive = 'path/of/the/archive';
-- They read exactly the files that the manifest names. Run this file again to see what was added.

SET VARIABLE files = (
    SELECT list(getvariable('archive') || '/' || file.path)
    FROM (
        SELECT unnest(files) AS file
        FROM read_json(
            getvariable('archive') || '/manifest.json',
            columns = {files: 'STRUCT(path VARCHAR)[]'}
        )
    )
);

-- Every event of the log once. In the files it stands in each that needs it.
CREATE OR REPLACE VIEW events AS
SELECT * EXCLUDE (home, links, seal), json_extract_string(event, '$.id') AS id
FROM read_parquet(getvariable('files'), hive_partitioning = false)
WHERE home;

-- The ids of events that are retracted, from the newest retraction to the oldest: one that is
-- itself retracted takes nothing back.
CREATE OR REPLACE VIEW retracted AS
WITH RECURSIVE retractions AS (
    SELECT id, json_extract_string(event, '$.target') AS target,
           row_number() OVER (ORDER BY position DESC) AS number
    FROM events WHERE kind = 'record-retracted'
),
walk AS (
    SELECT 0::BIGINT AS number, []::VARCHAR[] AS gone
    UNION ALL
    SELECT r.number,
           CASE WHEN list_contains(w.gone, r.id) THEN w.gone ELSE list_append(w.gone, r.target) END
    FROM walk AS w JOIN retractions AS r ON r.number = w.number + 1
)
SELECT DISTINCT unnest(gone) AS id
FROM (SELECT gone FROM walk ORDER BY number DESC LIMIT 1);

-- What is told of the world and not retracted. Rival accounts of one happening are all in it.
CREATE OR REPLACE VIEW facts AS
SELECT * FROM events ANTI JOIN retracted USING (id) WHERE "when" IS NOT NULL;

-- Coded interactions: who did what to whom.
CREATE OR REPLACE VIEW interactions AS
SELECT id, position, relationship, parties, source, json_extract_string(event, '$.target') AS target,
       scheme, code, quad_class, goldstein, "when", earliest, latest
FROM facts WHERE kind = 'interaction-coded' AND happening IS NULL;

-- Their tone by quarter, EDTF: 2023-33 is the first of 2023. It is null where a date is too vague.
CREATE OR REPLACE VIEW tone_by_quarter AS
SELECT relationship,
       CASE WHEN date_trunc('quarter', earliest) = date_trunc('quarter', latest)
            THEN printf('%04d-%d', year(latest), 32 + quarter(latest)) END AS quarter,
       count(*) AS events,
       count(*) FILTER (quad_class LIKE '% cooperation') AS cooperation,
       count(*) FILTER (quad_class LIKE '% conflict') AS conflict,
       round_even(sum(CAST(round(goldstein * 1000) AS BIGINT)) / count(goldstein), 0) / 1000
           AS mean_goldstein
FROM interactions GROUP BY ALL ORDER BY ALL;
