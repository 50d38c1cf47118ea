{#
    States of instructions as an earlier run left them, as a table to read. Not a
    ref(): the table stands downstream of the models that ask.
#}
{% macro told_instructions() -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="visibility",
            identifier="rpt_instructions",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        (
            select
                instruction_id,
                state,
                is_closed,
            from {{ table }}
        )
    {%- else -%}
        (
            select
                cast(null as varchar) as instruction_id,
                cast(null as varchar) as state,
                false as is_closed,
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#
    Lines of our instructions as earlier runs sent them, as a table to read. Not a
    ref(): they stand downstream of the models that ask.
#}
{% macro sent_lines() -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="instructions",
            identifier="instruction_lines",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        {{ table }}
    {%- else -%}
        (
            select
                cast(null as varchar) as instruction_id,
                cast(null as varchar) as instruction_line_ref,
                cast(null as varchar) as line_id,
                cast(null as varchar) as sku_id,
                cast(null as varchar) as packed_in,
                cast(null as varchar) as packed_ref,
                cast(null as bigint) as kit_qty,
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#
    What nodes say of instruction lines, of a kit that lay packed said of the lines
    of its components. What they say of other goods stays with the line they name.

    rows: a relation of instruction_id, instruction_line_ref and sku_id.
    id: its column that names a row; quantities: those that count kits; unnamed:
    those that are the kit's alone.
#}
{% macro by_component(rows, id, quantities, unnamed=[]) -%}
    {%- if not kits_are_packed() -%}
        {{ return(rows) }}
    {%- endif -%}
    (
        select
            told.* replace (
                if(
                    parts.instruction_line_ref = parts.packed_ref
                    or parts.packed_ref is null,
                    told.{{ id }},
                    told.{{ id }} || '~' || parts.instruction_line_ref
                ) as {{ id }},
                coalesce(
                    parts.instruction_line_ref, told.instruction_line_ref
                ) as instruction_line_ref,
                coalesce(parts.sku_id, told.sku_id) as sku_id,
                {% for name in unnamed -%}
                if(parts.packed_ref is null, told.{{ name }}, null) as {{ name }},
                {% endfor -%}
                {% for name in quantities -%}
                told.{{ name }} * coalesce(parts.kit_qty, 1) as {{ name }},
                {% endfor -%}
            ),
        from {{ rows }} as told
        left join {{ sent_lines() }} as parts
            on
                told.instruction_id = parts.instruction_id
                and told.instruction_line_ref = parts.packed_ref
                and coalesce(told.sku_id, parts.packed_in) = parts.packed_in
    )
{%- endmacro %}

{#
    What nodes confirm, with all that is in a packed kit closed by what left instead
    of it: as many kits as the row says. The goods stay with the line that stands for
    the kit; what they close beyond themselves are rows of the kit's own SKU, which
    nobody takes for goods. A component of the kit is no word about kits, and stays.

    rows: a relation of confirmations with substitute_sku_id.
#}
{% macro instead_of_kits(rows) -%}
    {%- if not kits_are_packed() -%}
        {{ return(rows) }}
    {%- endif -%}
    (
        with kits as (
            select
                instruction_id,
                instruction_line_ref,
                packed_ref,
                packed_in,
                kit_qty,
                list(sku_id) over (
                    partition by instruction_id, packed_ref
                ) as component_sku_ids,
            from {{ sent_lines() }}
            where packed_ref is not null
        )
        {%- set replaced %}
                said.instruction_id = kits.instruction_id
                and said.instruction_line_ref = kits.packed_ref
                and said.substitute_sku_id != ''
                and not list_contains(
                    kits.component_sku_ids, said.substitute_sku_id
                )
        {%- endset %}

        select
            said.* replace (
                said.ordered_qty * coalesce(kits.kit_qty, 1) as ordered_qty
            ),
        from {{ rows }} as said
        left join kits
            on
                {{ replaced }}
                and kits.instruction_line_ref = kits.packed_ref
        union all
        select
            said.* replace (
                if(
                    kits.instruction_line_ref = kits.packed_ref,
                    said.shipment_line_id,
                    said.shipment_line_id || '~' || kits.instruction_line_ref
                ) as shipment_line_id,
                kits.instruction_line_ref as instruction_line_ref,
                kits.packed_in as sku_id,
                cast(null as varchar) as lot_ref,
                said.ordered_qty * kits.kit_qty as ordered_qty,
                said.shipped_qty * kits.kit_qty - if(
                    kits.instruction_line_ref = kits.packed_ref,
                    said.shipped_qty,
                    0
                ) as shipped_qty,
                kits.packed_in as substitute_sku_id
            ),
        from {{ rows }} as said
        inner join kits
            on
                {{ replaced }}
    )
{%- endmacro %}

{#
    Order lines that a node said at any time it had sent another SKU for: line_id,
    sku_id that was sent, and landing_id of the newest word of it, or of what a name
    in it means.
#}
{% macro replaced_lines() -%}
    (
        select
            asked.line_id,
            said.sku_id,
            max(said.landing_id) as landing_id,
        from (
            select
                told.instruction_id,
                told.instruction_line_ref,
                coalesce(aliases.sku_id, told.sku_ref) as sku_id,
                max(greatest(told.landing_id, aliases.landing_id)) as landing_id,
            from {{ ref('stg_shipment_confirmations') }} as told
            left join {{ ref('int_sku_aliases__deduplicated') }} as aliases
                on told.sku_ref = aliases.alias_ref
            where told.ordered_sku_ref is not null
            group by all
        ) as said
        inner join {{ sent_lines() }} as asked
            using (instruction_id, instruction_line_ref)
        group by asked.line_id, said.sku_id
    )
{%- endmacro %}

{# Lines of our instructions, and of those that the system before had sent. #}
{% macro mapped_instruction_lines() -%}
    select
        instruction_id,
        instruction_line_ref,
        line_id,
        qty as asked_qty,
    from {{ source('instructions', 'instruction_lines') }}
    union all
    select
        instruction_id,
        instruction_line_ref,
        line_id,
        qty as asked_qty,
    from {{ ref('fct_order_events') }}
    where event_type = 'OPENING' and instruction_id is not null
{%- endmacro %}
