-- Take an office's case for an act; a second act waits here and then finds a newer revision.
SELECT c.case_id, c.report_id, c.office, c.state, c.step, c.revision, c.title, c.head, c.current, c.came_as, c.chain,
       c.custody, c.from_office, c.authors, c.rewriters, c.reviewers, c.held_since, c.held_until, c.held_reason, c.mode,
       c.flow, c.traceparent,
       (SELECT max(w.version) FROM case_wording AS w WHERE w.case_id = c.case_id) AS highest_version
  FROM review_case AS c
 WHERE c.case_id = $1
   FOR UPDATE OF c
