"""The tables the pages read, with the columns they name.

The same as the contracts of the visibility room (a test compares them). Kept
here because a table without files must still answer "no rows", and because a
column that is not listed must never be asked for.
"""

from __future__ import annotations

_COLUMNS = {
    "rpt_allocations": """
        varchar: line_id node_id order_id sku_id failed_rules node_rule service_code
            run_id order_month
        timestamptz: as_of
        boolean: is_chosen
        bigint: chosen_qty candidate_rank atp_qty distance_km freight_minor
            processing_minor lateness_minor worth_minor total_minor lacking_qty
            price_milli over_minor allocated_freight_minor
            allocated_processing_minor allocated_split_minor
            allocated_lateness_minor allocated_worth_minor allocated_total_minor
        date: first_ship_date ship_date promise_date
    """,
    "rpt_atp_waterfall": """
        varchar: node_id sku_id product_name step rule
        bigint: step_no qty atp_qty open_qty
    """,
    "rpt_backorders": """
        varchar: line_id order_id order_name channel_id sku_id product_name
            currency_code reason_code expected_parts business_class owner run_id
            unpinned_node_id
        bigint: qty value_minor age_days
        date: expected_date told_date unpinned_date
        timestamptz: ordered_at as_of
    """,
    "rpt_cost_per_order": """
        varchar: run_id currency_code
        timestamptz: as_of
        date: business_date
        bigint: order_count line_count qty shipment_count split_order_count
            freight_minor processing_minor split_minor lateness_minor worth_minor
            total_minor
    """,
    "rpt_exceptions": """
        varchar: exception_id code subject owner detail cause_code currency_code
            order_id remark noted_by run_id
        timestamptz: opened_at closed_at
        boolean: is_open is_snoozed
        bigint: age_days value_minor
    """,
    "rpt_files": """
        bigint: landing_id size_bytes physical_lines accepted_lines quarantined_lines
            blank_lines
        varchar: partner_id feed document format file_name payload_sha256 verdict run_id
        timestamptz: received_at
    """,
    "rpt_fill_rates": """
        date: business_date
        varchar: channel_id changed_run_id
        bigint: order_count line_count ordered_qty first_day_filled_order_count
            first_day_filled_line_count first_day_filled_qty shipped_qty
    """,
    "rpt_flow": """
        varchar: run_id room unit
        timestamptz: as_of
        bigint: room_no rows_in rows_out set_aside file_count
    """,
    "rpt_instructions": """
        varchar: instruction_id partner_id node_id order_id state
        timestamptz: released_at acknowledged_at answered_at resent_at
        date: ship_by_date
        bigint: asked_qty shipped_qty substituted_qty short_qty refused_qty
            cancelled_qty open_qty
    """,
    "rpt_node_counts": """
        varchar: node_id partner_id verdict run_id
        timestamptz: snapshot_at as_of
        bigint: row_count differing_count
    """,
    "rpt_node_outages": """
        varchar: node_id reason_codes currency_code
        timestamptz: since_at as_of
        bigint: stopped_hours held_order_count held_qty held_value_minor
            rerouted_order_count rerouted_qty rerouted_value_minor extra_cost_minor
    """,
    "rpt_holds": """
        varchar: line_id order_id order_name channel_id sku_id reason_code placed_by
            currency_code
        timestamptz: held_at
        date: until_date
        bigint: age_days qty value_minor
    """,
    "rpt_substitutes": """
        varchar: line_id order_id order_name channel_id sku_id alternative_sku_id
            alternative_name policy node_id currency_code run_id
        bigint: qty substitute_rank ratio covered_qty available_qty decided_qty
            delta_minor
        timestamptz: as_of
    """,
    "rpt_open_line_list": """
        varchar: line_id bucket order_id order_name channel_id sku_id product_name
            currency_code age_band region_code service_code reason_code
        bigint: qty value_minor age_days age_rank
        timestamptz: ordered_at
        date: expected_date
    """,
    "rpt_open_lines": """
        varchar: bucket age_band channel_id currency_code
        bigint: age_rank line_count qty value_minor
    """,
    "rpt_order_lines": """
        varchar: line_id order_id order_name channel_id line_ref sku_id kit_sku_id
            product_name order_month line_status currency_code changed_run_id
        bigint: line_no ordered_qty pending_qty held_qty preordered_qty backordered_qty
            allocated_qty released_qty in_fulfilment_qty shipped_qty delivered_qty
            lost_qty cancelled_qty substituted_out_qty overshipped_qty
            shipped_instead_qty delivered_instead_qty lost_instead_qty
            return_expected_qty returned_qty return_lost_qty line_amount_minor
            discount_minor tax_minor
        timestamptz: ordered_at last_event_at
    """,
    "rpt_order_timeline": """
        varchar: event_id order_id line_id event_type sku_id node_id instruction_id
            reason_code detail verdict source_kind partner_id file_name payload_sha256
            run_id order_month previous_event_type
        timestamptz: event_at
        boolean: is_date_only is_repeated_step
        bigint: source_rank qty payload_line minutes_since_previous
    """,
    "rpt_orders": """
        varchar: order_id order_name channel_id order_ref order_month order_status
            money_axis carrier_axis reverse_axis currency_code service_code
            region_code node_ids instruction_ids tracking_refs changed_run_id
        timestamptz: ordered_at
        date: business_date
        bigint: version_no ordered_qty open_qty shipped_qty delivered_qty
            backordered_qty cancelled_qty line_count amount_minor
        boolean: is_till_sale
    """,
    "rpt_outbox_files": """
        varchar: partner_id file_name format state
        timestamptz: released_at
        bigint: row_count error_count
    """,
    "rpt_proofs": """
        varchar: proof kind example run_id
        bigint: checked_rows failed_rows
        boolean: is_passed
        timestamptz: as_of
    """,
    "rpt_quarantine": """
        varchar: room partner_id document code column_name message masked_value order_id
            file_name payload_sha256
        bigint: payload_line landing_id
        timestamptz: received_at
    """,
}


def _parsed(text: str) -> dict[str, str]:
    columns: dict[str, str] = {}
    kind = ""
    for word in text.split():
        if word.endswith(":"):
            kind = word.removesuffix(":")
        else:
            columns[word] = kind
    return columns


SHAPES: dict[str, dict[str, str]] = {
    table: _parsed(text) for table, text in _COLUMNS.items()
}
"""Table → column → DuckDB type."""
