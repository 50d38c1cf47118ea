"""Answers to what we sent: could it be read, is it agreed to."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

ENVELOPE = "ISA"
"""``set_ref`` of an answer to an envelope (TA1): not to the sets inside it."""

ACKNOWLEDGEMENTS = document(
    "acknowledgements",
    "one row per acknowledged transaction set, group or file, or envelope",
    required("interchange_ref", "control number we sent: GS06 or file control no."),
    required(
        "set_ref",
        "control number of our set (AK202); = interchange_ref: all that is in it; ISA:"
        " its envelope alone (TA1)",
    ),
    required("status_code", "A accepted | E with errors | P partly | R rejected"),
    optional("reason", "syntax error as sent"),
    required("acknowledged_at", "instant"),
)

APPLICATION_ANSWERS = document(
    "application_answers",
    "one row per answered line, or per document answered as a whole",
    required("format", "format it was read with"),
    required("answer_ref", "the partner's number of the answer"),
    required("answered_document", "850 | 860 | ORDERS | ORDCHG | … as the answer says"),
    required("answered_ref", "our number of the document: purchase order, message"),
    optional("line_ref", "our line; null: the document"),
    optional("sku_ref", "SKU"),
    required(
        "answer_code",
        "ACCEPTED | CHANGED | BACKORDERED | ON_HOLD | REJECTED | SUBSTITUTED | ERROR",
    ),
    optional("partner_code", "the answer as the partner codes it"),
    optional("qty", "eaches the answer is about"),
    optional("price_amount", "unit price the partner confirms"),
    optional("currency_code", "ISO 4217"),
    optional("confirmed_on", "date the partner confirms"),
    optional("substitute_sku_ref", "SKU offered instead"),
    optional("reason", "as sent, without personal data"),
    required("answered_at", "instant"),
)
