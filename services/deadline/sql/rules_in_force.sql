-- The version that governs clocks starting at an instant: the one that took effect last.
SELECT digest, effective_from, effective_to, body
  FROM rule_set
 WHERE effective_from <= $1
   AND (effective_to IS NULL OR effective_to > $1)
 ORDER BY effective_from DESC, published_at DESC, rule_set_id, version DESC
 LIMIT 1
