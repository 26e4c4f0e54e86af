-- Some reports as they came to an office.
SELECT c.report_id, c.office, c.number, c.title, c.body, c.type, c.nature, c.urgency, c.incident_id, c.origin_office,
       c.from_office, c.contributor, c.units, c.way, c.is_copy, c.received_at, c.traceparent, c.mode,
       EXISTS (SELECT FROM withdrawal AS w
                WHERE w.report_id = c.report_id AND w.office = c.office
                  AND w.returned_at >= c.last_received_at AND (c.is_copy OR NOT w.copies_only)) AS withdrawn
  FROM candidate AS c
 WHERE c.office = $1
   AND c.report_id = ANY ($2::uuid[])
