"""What carriers say of parcels on the way."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

TRACKING_EVENTS = document(
    "tracking_events",
    "one row per scan of a parcel",
    required("tracking_ref", "parcel's tracking number"),
    required("carrier_code", "SCAC or name"),
    required(
        "status_code",
        "PRE_TRANSIT | IN_TRANSIT | OUT_FOR_DELIVERY | AVAILABLE_FOR_PICKUP"
        " | DELIVERED | RETURN_TO_SENDER | FAILURE | CANCELLED | LOST | UNKNOWN",
    ),
    optional("partner_code", "the status as the carrier codes it"),
    optional("message", "as sent"),
    optional("region", "state of the scan"),
    optional("country", "ISO 3166 alpha-2 of the scan"),
    optional("expected_at", "instant the carrier expects to deliver"),
    optional("signed_by", "who took it", "name"),
    required("occurred_at", "instant"),
    required("is_return", "true | false: the parcel comes back to us"),
)
