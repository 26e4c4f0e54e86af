-- Open a ticket at its owner's site.
INSERT INTO ticket (ticket_id, instruction_id, report_id, mode, number, title, issuer, lead, co, urgency, leader, text,
                    limit_code, due_on_request, registered_at, state, revision, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17, $15)
