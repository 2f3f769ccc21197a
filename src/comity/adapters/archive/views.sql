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

-- The ids of events that are retracted. A retraction counts unless one that counts takes it back.
-- Few retractions take back another: only these are walked, level by level, from the last to the
-- first, since those of a level depend on those of the next alone.
CREATE OR REPLACE VIEW retracted AS
WITH RECURSIVE retractions AS MATERIALIZED (
    SELECT id, json_extract_string(event, '$.target') AS target, position
    FROM events WHERE kind = 'record-retracted'
),
undoing AS MATERIALIZED (
    SELECT later.id, later.target
    FROM retractions AS later JOIN retractions AS earlier ON earlier.id = later.target
    WHERE later.position > earlier.position
),
levels AS MATERIALIZED (
    SELECT DISTINCT target AS id, 0 AS level FROM undoing
    ANTI JOIN (SELECT id AS target FROM undoing) USING (target)
    UNION ALL
    SELECT undoing.id, level + 1 FROM levels JOIN undoing ON undoing.target = levels.id
),
walk AS MATERIALIZED (
    SELECT id, level, true AS counts FROM levels WHERE level = (SELECT max(level) FROM levels)
    UNION ALL
    SELECT own.id, own.level, undone.id IS NULL
    FROM levels AS own
    JOIN (SELECT max(level) - 1 AS level FROM walk) AS next ON next.level = own.level
    LEFT JOIN (
        SELECT DISTINCT undoing.target AS id FROM walk JOIN undoing USING (id) WHERE counts
    ) AS undone ON undone.id = own.id
)
SELECT DISTINCT target AS id
FROM retractions ANTI JOIN (SELECT id FROM walk WHERE NOT counts) USING (id);

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
