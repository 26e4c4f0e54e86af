-- What offices here hold of a ticket addressed to them.
INSERT INTO ticket_copy (ticket_id, office, party, report_id, mode, number, title, issuer, lead, co, urgency, leader,
                         text, limit_code, due_on_request, registered_at, state, confirmation, revision, changed_by,
                         changed_at)
SELECT $1, addressed.office, addressed.party, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1,
       $19, $20
  FROM unnest($2::text[], $3::text[]) AS addressed (office, party)
    ON CONFLICT (ticket_id, office) DO NOTHING
