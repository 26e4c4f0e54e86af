-- depends: 0001.forwarding-hops-and-links
-- Why:    sites state the newest seal heads of their logs, and their neighbours countersign what they were shown.
-- Safe:   adds tables only.
-- Locks:  none that matter; the tables are new.

-- What a site stated of its logs: the text that was signed. digest: SHA-256 of the text. Insert only.
CREATE TABLE head_statement (
    digest    bytea PRIMARY KEY CHECK (length(digest) = 32),
    site      text NOT NULL,
    stated_at timestamptz NOT NULL,
    statement text NOT NULL
);
COMMENT ON TABLE head_statement IS 'insert only';
CREATE INDEX head_statement_newest ON head_statement (site, stated_at);

-- Who signed a statement: the site itself when it made it, a neighbour when it was shown it. Insert only.
CREATE TABLE witness (
    digest    bytea NOT NULL REFERENCES head_statement (digest),
    by_site   text NOT NULL,
    at        timestamptz NOT NULL,
    key_id    text NOT NULL,
    algorithm text NOT NULL,
    signature text NOT NULL,
    PRIMARY KEY (digest, by_site)
);
COMMENT ON TABLE witness IS 'insert only';
