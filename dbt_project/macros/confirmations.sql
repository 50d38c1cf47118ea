{#
    What nodes confirmed of lines that a new row or a waiting one names, or also,
    document by document, in eaches.

    A line of a shipment is as the newest document tells it, all its parcels and
    lots: is_standing. Documents are in the order of the instants that they give,
    else of those at which they reached us. One that says what the one before it
    said is no news. A mend is part of what it mends.
#}
{% macro told_confirmations(also=none) -%}
    (
        with as_told as (
            select *
            from {{ newest_known(
                'shipment_confirmations',
                key=[
                    'shipment_line_id', 'tracking_ref', 'lot_ref',
                    'ordered_sku_ref', 'payload_sha256', 'stated_at'
                ],
                newest_first=['shipped_on', 'shipped_qty'],
                said_date="cast(left(told.shipped_on, 10) as date)",
                quantities=['ordered_qty', 'shipped_qty'],
                touched=['shipment_line_id'],
                also=also
            ) }}
        ),

        confirmed as (
            select *
            from {{ by_component(
                'as_told',
                id='shipment_line_id',
                quantities=['ordered_qty', 'shipped_qty'],
                unnamed=['lot_ref', 'ordered_sku_ref']
            ) }}
        ),

        -- Nearly no run is told of any: nothing is read then.
        asked as (
            select
                sent.instruction_id,
                sent.instruction_line_ref,
                min(
                    if(
                        sent.packed_ref = sent.instruction_line_ref,
                        sent.packed_in,
                        sent.sku_id
                    )
                ) as asked_sku_id,
            from {{ sent_lines() }} as sent
            semi join (
                select
                    instruction_id,
                    instruction_line_ref,
                from confirmed
                where ordered_sku_ref is not null
            ) as named using (instruction_id, instruction_line_ref)
            group by sent.instruction_id, sent.instruction_line_ref
        ),

        -- What a row may mean by what was asked for: what our instruction asks
        -- for, or where it is not ours, what left.
        meant as (
            select
                confirmed.*,
                asked_sku_id,
                coalesce(asked_sku_id, confirmed.sku_id) as meant_sku_id,
                coalesce(
                    ordered_sku_ref = meant_sku_id
                    or (asked_sku_id is null and ordered_sku_ref = sku_ref)
                    or (ordered_sku_ref, meant_sku_id) in (
                        select (alias_ref, sku_id)
                        from {{ ref('int_sku_aliases__deduplicated') }}
                    ),
                    false
                ) as is_meant,
            from confirmed
            left join asked using (instruction_id, instruction_line_ref)
        ),

        named as (
            select
                meant.* exclude (asked_sku_id, meant_sku_id, is_meant),
                coalesce(
                    mends.mended_sha, left(meant.payload_sha256, 12)
                ) as document_sha,
                -- What left instead of what was asked for; '' where that left, or
                -- where the row names what nobody asked for: it is the wrong SKU.
                case
                    when ordered_sku_ref is null then ''
                    when asked_sku_id is null then if(is_meant, '', sku_id)
                    when is_meant and sku_id != asked_sku_id then sku_id
                    else ''
                end as substitute_sku_id,
            from meant
            left join {{ mending_files() }} as mends using (payload_sha256)
        ),

        told as (
            select *
            from {{ instead_of_kits('named') }}
        ),

        documents as (
            select
                shipment_line_id,
                document_sha,
                stated_at,
                row_number() over (
                    partition by shipment_line_id
                    order by
                        coalesce(stated_at, min(known_at)),
                        min(known_at),
                        min(document_no),
                        document_sha
                ) as version_no,
                string_agg(content_digest, ' ' order by content_digest) as said,
            from told
            group by shipment_line_id, document_sha, stated_at
        ),

        news as (
            select
                *,
                coalesce(
                    said != lag(said) over (
                        partition by shipment_line_id order by version_no
                    ),
                    true
                ) as is_news,
            from documents
        ),

        newest as (
            select
                shipment_line_id,
                max_by(document_sha, version_no) as document_sha,
                arg_max_null(stated_at, version_no) as stated_at,
            from news
            where is_news
            group by shipment_line_id
        )

        select
            told.*,
            newest.shipment_line_id is not null as is_standing,
        from told
        left join newest
            on
                told.shipment_line_id = newest.shipment_line_id
                and told.document_sha = newest.document_sha
                and told.stated_at is not distinct from newest.stated_at
    )
{%- endmacro %}
