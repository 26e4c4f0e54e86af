"""Drafts (草稿): what a writer has not submitted yet."""
