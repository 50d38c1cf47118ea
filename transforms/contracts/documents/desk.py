"""What people of ours do about what needs one."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

EXCEPTION_ACTIONS = document(
    "exception_actions",
    "one row per note on an exception, hand-over of it, or time it may rest",
    required("action_ref", "the sender's number of it, key with partner_id"),
    required("exception_ref", "exception_id: CODE/subject"),
    required("action", "NOTE | ASSIGN | SNOOZE"),
    optional("owner", "ASSIGN: team or account that has it from now on"),
    optional("snoozed_until", "SNOOZE: date on which it is listed again"),
    optional("remark", "what is known and done, without personal data: it is shown"),
    required("author", "who did it, as an account and not as a person's name"),
    required("acted_at", "instant"),
)
