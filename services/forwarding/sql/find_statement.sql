-- Whether a site made a statement that is kept here.
SELECT true FROM head_statement WHERE digest = $1 AND site = $2
