-- A report was adopted by a unit here: it can be instructed on. The newest adoption names the carrier; ways add up.
INSERT INTO adopted_report AS known
       (report_id, unit, mode, number, title, nature, urgency, origin_office, units, offices, publication,
        issue_number, adopted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (report_id, unit) DO UPDATE
   SET offices = ARRAY(SELECT DISTINCT unnest(known.offices || excluded.offices) ORDER BY 1),
       units = CASE WHEN cardinality(excluded.units) > cardinality(known.units) THEN excluded.units ELSE known.units END,
       title = CASE WHEN excluded.adopted_at > known.adopted_at THEN excluded.title ELSE known.title END,
       publication = CASE WHEN excluded.adopted_at > known.adopted_at
                          THEN excluded.publication ELSE known.publication END,
       issue_number = CASE WHEN excluded.adopted_at > known.adopted_at
                           THEN excluded.issue_number ELSE known.issue_number END,
       adopted_at = greatest(known.adopted_at, excluded.adopted_at)
