"""Intake (接收采编): the door for people and agencies. It accepts, checks and numbers; it never edits."""
