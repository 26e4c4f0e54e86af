"""Offers (供稿): everyone writes, a reporter of the same office takes the text up and answers for it (NW-11)."""
