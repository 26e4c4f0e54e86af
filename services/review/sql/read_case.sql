-- One case with all that its page shows beside wordings, acts and adoptions.
SELECT c.case_id, c.report_id, c.office, c.state, c.step, c.revision, c.title, c.head, c.current, c.came_as, c.chain,
       c.custody, c.from_office, c.authors, c.rewriters, c.reviewers, c.held_since, c.held_until, c.held_reason, c.mode,
       c.flow, c.received_at, c.step_since, c.submission_id,
       (SELECT max(w.version) FROM case_wording AS w WHERE w.case_id = c.case_id) AS highest_version
  FROM review_case AS c
 WHERE c.case_id = $1
   AND c.office = $2
