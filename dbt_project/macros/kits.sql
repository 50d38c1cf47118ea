{#
    Kits: an order of one is an order of its components, by the day it was placed.
    A kit of kits is taken apart down to what lies on a shelf.
#}

{# As deep as kits may stand in kits; what goes on is taken for a circle. #}
{% macro kit_depth() -%}
    {{ return(4) }}
{%- endmacro %}

{#
    Whether anybody ever told of a kit. Most houses have none, and planning for
    them takes longer than their orders: so the question is asked before.
#}
{% macro kits_are_known() -%}
    {%- set asked -%}
        select
            exists (select 1 from {{ ref('int_kit_components__deduplicated') }})
            or exists (select 1 from {{ ref('stg_products') }} where is_kit)
    {%- endset -%}
    {%- if not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(run_query(asked).columns[0].values()[0]) }}
{%- endmacro %}

{# Components of each kit and the days on which they are; a later row ends one. #}
{% macro dated_components() -%}
    (
        select
            kit_sku_id,
            component_sku_id,
            qty,
            price_weight,
            valid_from_date,
            least(
                coalesce(valid_to_date, date '9999-12-31'),
                lead(valid_from_date - 1, 1, date '9999-12-31') over (
                    partition by kit_sku_id, component_sku_id
                    order by valid_from_date
                )
            ) as valid_to_date,
        from {{ ref('int_kit_components__deduplicated') }}
    )
{%- endmacro %}

{#
    What is in the kits among some SKUs, each on its day.

    asked: a relation of sku_id, said_date. A SKU that is no kit that day is left
    out; one whose first components come later is none yet, unless the product
    master calls it one.

    Columns: sku_id, said_date, kit_parts (JSON: sku, eaches and weight in the
    price, by SKU), and kit_code and kit_detail where it cannot be taken apart.
#}
{% macro taken_apart(asked) -%}
    (
        with dated as (
            select *
            from {{ dated_components() }}
        ),

        called as (
            select distinct sku_id
            from {{ ref('stg_products') }}
            where is_kit
        ),

        kits as (
            select distinct
                sku_id as kit_sku_id,
                said_date,
            from {{ asked }}
            where
                sku_id in (select sku_id from called)
                or exists (
                    select 1 from dated
                    where
                        dated.kit_sku_id = sku_id
                        and dated.valid_from_date <= said_date
                )
        ),

        level_0 as (
            select
                kit_sku_id,
                said_date,
                kit_sku_id as sku_id,
                cast(1 as bigint) as qty,
                cast(1 as bigint) as price_weight,
            from kits
        ),
        {% for level in range(1, kit_depth() + 1) %}
        level_{{ level }} as (
            select
                up.kit_sku_id,
                up.said_date,
                coalesce(dated.component_sku_id, up.sku_id) as sku_id,
                up.qty * coalesce(dated.qty, 1) as qty,
                up.price_weight * if(
                    dated.component_sku_id is null, 1, dated.price_weight
                ) as price_weight,
            from level_{{ level - 1 }} as up
            left join dated
                on
                    up.sku_id = dated.kit_sku_id
                    and up.said_date between dated.valid_from_date
                    and dated.valid_to_date
        ),
        {% endfor %}
        parts as (
            select
                kit_sku_id,
                said_date,
                sku_id,
                cast(sum(qty) as bigint) as qty,
                if(
                    count(*) = count(price_weight), cast(sum(price_weight) as bigint),
                    null
                ) as price_weight,
                exists (
                    select 1 from dated
                    where
                        dated.kit_sku_id = leaf.sku_id
                        and leaf.said_date between dated.valid_from_date
                        and dated.valid_to_date
                ) as goes_on,
                sku_id in (select sku_id from called)
                or sku_id = kit_sku_id as is_empty,
                sku_id in (select sku_id from {{ ref('int_skus__known') }})
                    as is_known,
            from level_{{ kit_depth() }} as leaf
            group by kit_sku_id, said_date, sku_id
        )

        select
            kit_sku_id as sku_id,
            said_date,
            cast(to_json(list(
                struct_pack(
                    sku := parts.sku_id,
                    qty := parts.qty,
                    weight := if(is_weighed, parts.price_weight, parts.qty)
                ) order by parts.sku_id
            )) as varchar) as kit_parts,
            case
                when bool_or(goes_on) then 'KIT_CYCLE'
                when bool_or(is_empty or not is_known)
                    then 'KIT_WITHOUT_COMPONENTS'
            end as kit_code,
            case
                when bool_or(goes_on)
                    then
                        'kit ' || kit_sku_id || ' stands in itself, or kits in it '
                        || 'are more than {{ kit_depth() }} deep'
                when bool_or(is_empty)
                    then
                        'no row of kit_components says what is in kit '
                        || min(parts.sku_id) filter (where is_empty)
                        || ' on ' || said_date
                when not bool_and(is_known)
                    then
                        'SKU ' || min(parts.sku_id) filter (where not is_known)
                        || ', in kit ' || kit_sku_id
                        || ', is not in the product master'
            end as kit_detail,
        from (
            select
                *,
                bool_and(price_weight is not null) over (
                    partition by kit_sku_id, said_date
                ) as is_weighed,
            from parts
        ) as parts
        group by kit_sku_id, said_date
    )
{%- endmacro %}

{#
    Lines with each kit's in as many as it has components. Its eaches are the
    component's, its money is spread by weight, to the last coin.
#}
{% macro taken_by_component(lines) -%}
    (
        with parts as (
            select
                line_id,
                version_no,
                unnest(
                    from_json(
                        kit_parts,
                        '[{"sku":"VARCHAR","qty":"BIGINT","weight":"BIGINT"}]'
                    ),
                    recursive := true
                ),
            from {{ lines }}
            where kit_parts is not null
        ),

        shares as (
            select
                *,
                cast(sum(weight) over (
                    partition by line_id, version_no order by sku
                ) as bigint) as upto_weight,
                cast(sum(weight) over (
                    partition by line_id, version_no
                ) as bigint) as whole_weight,
            from parts
        )

        select
            lines.* replace (
                lines.line_id || '~' || shares.sku as line_id,
                shares.sku as sku_id,
                lines.qty * shares.qty as qty,
                lines.shipped_qty * shares.qty as shipped_qty,
                {% for amount in [
                    'line_amount_minor', 'discount_minor', 'tax_minor'
                ] -%}
                lines.{{ amount }} * upto_weight // whole_weight
                - lines.{{ amount }} * (upto_weight - weight) // whole_weight
                    as {{ amount }},
                {% endfor %}
            ),
            lines.line_id as kit_line_id,
            lines.sku_id as kit_sku_id,
            shares.qty as kit_qty,
        from {{ lines }} as lines
        inner join shares using (line_id, version_no)
        union all
        select
            *,
            cast(null as varchar) as kit_line_id,
            cast(null as varchar) as kit_sku_id,
            cast(null as bigint) as kit_qty,
        from {{ lines }}
        where kit_parts is null
    )
{%- endmacro %}
