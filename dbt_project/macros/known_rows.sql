{#
    Rows that name a node and goods, maybe in a unit, and whether we know these.
    A row with an unknown one, or with another partner's node, waits in int_document_rows__quarantined and is looked at again
    in every run that brings nodes, products or other names.
#}

{#
    Joins the alias that a row's sku_ref is on its day. One of the row's partner
    goes before the SKU itself, one that everybody uses does not.
#}
{% macro join_aliases(rows, said_date) %}
left join {{ ref('int_sku_aliases__deduplicated') }} as own_alias
    on
        {{ rows }}.sku_ref = own_alias.alias_ref
        and {{ rows }}.partner_id = own_alias.used_by
        and {{ said_date }} between own_alias.valid_from_date
        and own_alias.valid_to_date
left join (
    select *
    from {{ ref('int_sku_aliases__deduplicated') }}
    where
        used_by = ''
        and alias_ref not in (select sku_id from {{ ref('int_skus__known') }})
) as shared_alias
    on
        {{ rows }}.sku_ref = shared_alias.alias_ref
        and {{ said_date }} between shared_alias.valid_from_date
        and shared_alias.valid_to_date
{%- endmacro %}

{#
    Rows of orders with quantities in as many of what their name means, where the
    unit that they are in comes out even; any other unit stays. What changes an
    order and what it changes are counted alike.
#}
{% macro counted_by_name(rows, said_date, quantities) -%}
    (
        select
            * exclude (eaches, pack, is_even) replace (
                {% for qty in quantities -%}
                if(is_even, {{ qty }} * eaches // pack, {{ qty }}) as {{ qty }},
                {% endfor -%}
                if(is_even, null, uom_code) as uom_code
            ),
        from (
            select
                {{ rows }}.*,
                named_unit.eaches,
                {{ named_eaches() }} as pack,
                coalesce(named_unit.eaches % pack = 0, false) as is_even,
            from {{ rows }}
            {{ join_aliases(rows, said_date) }}
            {{ join_units(rows, said_date) }}
        )
    )
{%- endmacro %}

{# Documents whose rows may name a unit. #}
{% macro has_units(document) -%}
    {{ return(document in [
        "stock_snapshots", "stock_adjustments", "receipts",
        "shipment_confirmations", "ship_notices",
    ]) }}
{%- endmacro %}

{#
    Joins what is known of a row's node and goods, and since which file; of its
    unit too, where it has one.
#}
{% macro join_names(rows, said_date, has_units=true) %}
{{ join_aliases(rows, said_date) }}
{% if has_units %}{{ join_units(rows, said_date) }}{% endif %}
left join {{ ref('int_skus__known') }} as known_sku
    on {{ named_sku(rows) }} = known_sku.sku_id
left join (
    select
        node_id,
        min(landing_id) as landing_id,
    from {{ ref('stg_nodes') }}
    group by node_id
) as known_node
    on {{ rows }}.node_id = known_node.node_id
left join (
    select
        node_id,
        operator_id,
        min(landing_id) as landing_id,
    from {{ ref('stg_nodes') }}
    group by node_id, operator_id
) as run_node
    on
        {{ rows }}.node_id = run_node.node_id
        and {{ rows }}.partner_id = run_node.operator_id
left join (
    select distinct operator_id from {{ ref('stg_nodes') }}
) as node_operator
    on {{ rows }}.partner_id = node_operator.operator_id
{%- endmacro %}

{# The SKU that a row means, known or not. #}
{% macro named_sku(rows) -%}
    coalesce(own_alias.sku_id, shared_alias.sku_id, {{ rows }}.sku_ref)
{%- endmacro %}

{# Eaches that one of what the row names is: 12 for a case. #}
{% macro named_eaches() -%}
    coalesce(own_alias.eaches, shared_alias.eaches, 1)
{%- endmacro %}

{#
    Joins how many eaches are in the unit that a line names, of the SKU it means
    and on its day. Behind join_aliases.
#}
{% macro join_units(rows, said_date) %}
left join (
    select
        sku_id,
        uom_code,
        eaches,
        landing_id,
        valid_from_date,
        lead(valid_from_date - 1, 1, date '9999-12-31') over (
            partition by sku_id, uom_code order by valid_from_date
        ) as valid_to_date,
    from {{ ref('int_units_of_measure__deduplicated') }}
) as named_unit
    on
        {{ rows }}.uom_code = named_unit.uom_code
        and {{ named_sku(rows) }} = named_unit.sku_id
        and {{ said_date }} between named_unit.valid_from_date
        and named_unit.valid_to_date
{%- endmacro %}

{#
    Eaches that one of a line's quantity is. A unit is told of the SKU: it counts
    in place of the pack that the line's name may be, not on top of it.
#}
{% macro unit_eaches() -%}
    coalesce(named_unit.eaches, {{ named_eaches() }})
{%- endmacro %}

{# What is said of a unit that nobody told the eaches of. #}
{% macro unknown_unit(rows) -%}
    'no row of units_of_measure says how many eaches are in a '
    || {{ rows }}.uom_code || ' of SKU ' || {{ rows }}.sku_id
{%- endmacro %}

{#
    Why a row has to wait; null when node, SKU and unit are known or not named.

    What a node holds is said by who runs it or ever ran it. A partner who runs
    none (a shop system that counts for us) may say it of any; one who runs other
    nodes has sent a file that is not its own.
#}
{% macro unknown_name(rows, document, has_units=true) -%}
    case
        when
            {{ rows }}.node_id is not null and known_node.node_id is null
            then 'UNKNOWN_NODE'
        when
            {{ document }} in ('stock_snapshots', 'stock_adjustments', 'receipts')
            and run_node.node_id is null
            and node_operator.operator_id is not null
            then 'WRONG_NODE'
        when {{ rows }}.sku_ref is not null and known_sku.sku_id is null
            then 'UNKNOWN_SKU'
        {%- if has_units %}
        when {{ rows }}.uom_code is not null and named_unit.eaches is null
            then 'UNKNOWN_UNIT'
        {%- endif %}
    end
{%- endmacro %}

{#
    Of each key that a new row or a waiting one names, the newest row whose node,
    SKU and unit are known and whose line nobody mended, with sku_id and quantities
    in eaches. Keys and time stamps as in newest_by_key.

    touched: what is decided anew together, where that is more than a key.
    also: a question for more of that, asked of other documents that arrived.
    keeps_uncounted: a row whose unit alone is unknown is there, without quantity.
    apart: in these, rows of one file may differ under a key; then all of the file
    whose row is newest stand, not those of others.
    The landing_id of a row that waited is that of what it waited for: the run
    that reads this one is the first to know of it.
#}
{% macro newest_known(
    document, key, newest_first, said_date, quantities=["qty"], touched=none,
    keeps_uncounted=false, apart=[], also=none
) -%}
    {%- set model = ref("stg_" ~ document) -%}
    {%- set touched = (touched or key) | join(", ") -%}
    {%- set has_units = has_units(document) -%}
    (
        select
            told.* replace (
                {% for qty in quantities -%}
                told.{{ qty }} * {% if has_units -%}
                if(
                    told.uom_code is null, {{ named_eaches() }}, named_unit.eaches
                )
                {%- else -%}{{ named_eaches() }}{%- endif %} as {{ qty }},
                {% endfor -%}
                if(
                    {{ has_arrived("told") }},
                    told.landing_id,
                    greatest(
                        told.landing_id, known_node.landing_id,
                        run_node.landing_id, known_sku.landing_id,
                        own_alias.landing_id, shared_alias.landing_id
                        {{- ", named_unit.landing_id" if has_units }}
                    )
                ) as landing_id
            ),
            {{ named_sku("told") }} as sku_id,
        from (
            select *
            from {{ model }}
            where ({{ touched }}) in (
                select ({{ touched }}) from {{ model }}
                where {{ has_arrived() }}
                union all
                select ({{ touched }}) from {{ model }}
                where (landing_id, payload_line) in (
                    select (landing_id, payload_line)
                    from {{ waiting_rows(document) }}
                )
                {%- if also %}
                union all
                {{ also }}
                {%- endif %}
            )
        ) as told
        {{ join_names("told", said_date, has_units) }}
        {{ join_mended("told") }}
        where
            {{ unknown_name(
                "told", "'" ~ document ~ "'", has_units and not keeps_uncounted
            ) }} is null
            and mended.mended_sha is null
        {% set newest -%}
            order by
                {% for column in newest_first %}told.{{ column }} desc, {% endfor -%}
                told.partner_id = 'operators' desc,
                told.content_digest desc, told.landing_id, told.payload_line
        {%- endset -%}
        qualify row_number() over (
            partition by told.{{ (key + apart) | join(", told.") }}
            {{- ", told.payload_sha256" if apart }}
            {{ newest }}
        ) = 1
        {%- if apart %}
        and told.payload_sha256 = first_value(told.payload_sha256) over (
            partition by told.{{ key | join(", told.") }}
            {{ newest }}
        )
        {%- endif %}
    )
{%- endmacro %}

{#
    Rows of a document that waited before this run, as a table to read. Not a
    ref(): the waiting rows of all documents stand in one table, and a document
    must not be built because another one arrived. Rows that a run set free stay
    in it until the next one, so it does not matter which of the two is built
    first, nor whether the run that set them free came to its end.
#}
{% macro waiting_rows(document) -%}
    {%- set table = load_relation(
        api.Relation.create(
            database=target.database,
            schema="silver",
            identifier="int_document_rows__quarantined",
            type="table",
        )
    ) if execute else none -%}
    {%- if table -%}
        (
            select landing_id, payload_line
            from {{ table }}
            where document = '{{ document }}'
        )
    {%- else -%}
        (
            select
                cast(null as bigint) as landing_id,
                cast(null as bigint) as payload_line
            where false
        )
    {%- endif -%}
{%- endmacro %}
