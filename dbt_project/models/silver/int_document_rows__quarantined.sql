{% set located = [
    'document', 'row_id', 'thread_id', 'node_id', 'sku_ref', 'uom_code', 'said_at',
    'said_date', 'content_digest', 'partner_id', 'payload_sha256',
    'payload_line', 'known_at', 'landing_id'
] | join(', ') %}

with candidates as (
    select
        {{ located }},
        cast(null as varchar) as waited_code,
    from {{ ref('int_document_rows__located') }}
    where
        {{ has_arrived() }}
        -- A place of the channel's own is no node of ours.
        and not (document = 'stock_snapshots' and {{ is_echo('partner_id') }})
    {% if is_incremental() %}
    union all
    select
        {{ located }},
        code as waited_code,
    from {{ this }}
    where
        not {{ has_arrived() }}
        and (is_waiting or {{ is_uncommitted('changed_run_id') }})
    {% endif %}
),

judged as (
    select
        candidates.*,
        {{ named_sku('candidates') }} as sku_id,
        {{ unknown_name('candidates', 'candidates.document') }} as code,
    from candidates
    {{ join_names('candidates', 'candidates.said_date') }}
    {{ join_mended('candidates') }}
    where mended.mended_sha is null
),

kept as (
    select
        *,
        -- Of one row told several times the newest waits for somebody.
        row_number() over (
            partition by document, row_id, code is null
            order by said_at desc, content_digest desc, landing_id, payload_line
        ) as copy_no,
    from judged
    where code is not null or waited_code is not null
),

-- What was said after a waiting row, and what is known of the same row.
rivals as (
    select
        told.document,
        told.row_id,
        told.thread_id,
        told.said_at,
        told.is_outdating,
        {{ unknown_name('told', 'told.document') }} is null as is_known,
    from (
        select *
        from {{ ref('int_document_rows__located') }}
        where (document, thread_id) in (
            select (document, thread_id) from kept
            where code is not null
        )
    ) as told
    {{ join_names('told', 'told.said_date') }}
),

outdated as (
    select distinct
        kept.document,
        kept.row_id,
        kept.said_at,
    from kept
    inner join rivals using (document, thread_id)
    where
        (
            rivals.said_at > kept.said_at
            and (rivals.is_outdating or rivals.row_id = kept.row_id)
        )
        or (
            rivals.is_known
            and rivals.row_id = kept.row_id
            and rivals.said_at = kept.said_at
        )
),

final as (
    select
        kept.* exclude (sku_id, code, waited_code, copy_no),
        coalesce(kept.code, kept.waited_code) as code,
        case
            when kept.code in ('UNKNOWN_NODE', 'WRONG_NODE') then 'node_ref'
            when kept.code = 'UNKNOWN_UNIT' then 'uom_code'
            else 'sku_ref'
        end as column_name,
        case
            when kept.code = 'WRONG_NODE'
                then
                    'node ' || kept.node_id || ' is not run by '
                    || kept.partner_id
            when kept.code = 'UNKNOWN_NODE'
                then 'node ' || kept.node_id || ' is not in the node master'
            when kept.code = 'UNKNOWN_UNIT'
                then {{ unknown_unit('kept') }}
            else
                'SKU ' || kept.sku_id || if(
                    kept.sku_id = kept.sku_ref,
                    '', ', called ' || kept.sku_ref || ','
                ) || ' is not in the product master'
        end as detail,
        kept.code is not null as is_waiting,
        kept.code is not null
        and kept.copy_no = 1
        and outdated.document is null as is_open,
        '{{ var("run_id") }}' as changed_run_id,
    from kept
    left join outdated
        on
            kept.document = outdated.document
            and kept.row_id = outdated.row_id
            and kept.said_at = outdated.said_at
)

select *
from final
