with feeds as (
    select *
    from {{ source('bronze', 'feeds') }}
    where cadence in ('hourly', 'daily', 'weekly')
),

-- Files that say something, whenever and under whatever name they came.
files as (
    select
        ledger.*,
        {{ date_of_file(
            'ledger.file_name', 'ledger.received_at', 'feeds.zone'
        ) }} as business_date,
    from {{ source('bronze', 'landing_ledger') }} as ledger
    inner join feeds using (partner_id, feed)
    where
        verdict in ('ACCEPTED', 'PARTIAL', 'REJECTED', 'REVISION')
        and business_date >= coalesce(feeds.live_from, business_date)
),

spans as (
    select
        partner_id,
        feed,
        greatest(
            min(files.business_date), any_value(feeds.live_from)
        ) as first_date,
        cast(
            timezone(
                any_value(feeds.zone), {{ as_of() }} - interval 1 microsecond
            ) as date
        ) as today,
        if(
            any_value(feeds.cadence) = 'weekly',
            cast(date_trunc('week', today) as date) + 6,
            today
        ) as last_date,
    from feeds
    inner join files using (partner_id, feed)
    group by partner_id, feed
),

dates as (
    select
        partner_id,
        feed,
        cast(unnest(range(first_date, last_date + 1, interval 1 day)) as date)
            as business_date,
    from spans
),

-- A weekly feed is due on the last open day of its week.
expected as (
    select
        partner_id,
        feed,
        max(dates.business_date) as business_date,
    from dates
    inner join feeds using (partner_id, feed)
    where
        contains(
            feeds.open_weekdays, cast(isodow(dates.business_date) as varchar)
        )
        and not contains(
            feeds.closed_dates, cast(dates.business_date as varchar)
        )
    group by
        partner_id,
        feed,
        if(
            feeds.cadence = 'weekly',
            date_trunc('week', dates.business_date),
            dates.business_date
        )
),

-- What comes on a closed day belongs to it and was not expected.
delivered as (
    select
        partner_id,
        feed,
        if(
            feeds.cadence = 'weekly',
            coalesce(expected.business_date, files.business_date),
            files.business_date
        ) as business_date,
        count(*) as file_count,
        sum(physical_lines) as line_count,
        sum(quarantined_lines) as quarantined_count,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
    from files
    inner join feeds using (partner_id, feed)
    left join expected
        on
            files.partner_id = expected.partner_id
            and files.feed = expected.feed
            and feeds.cadence = 'weekly'
            and date_trunc('week', files.business_date)
            = date_trunc('week', expected.business_date)
    group by all
),

days as (
    select
        partner_id,
        feed,
        business_date,
        coalesce(delivered.file_count, 0) as file_count,
        cast(coalesce(delivered.line_count, 0) as bigint) as line_count,
        cast(coalesce(delivered.quarantined_count, 0) as bigint)
            as quarantined_count,
        delivered.first_received_at,
        delivered.last_received_at,
        expected.business_date is not null as is_expected,
    from expected
    full join delivered using (partner_id, feed, business_date)
),

timed as (
    select
        days.*,
        feeds.document,
        feeds.cadence,
        if(
            is_expected,
            timezone(
                feeds.zone,
                cast(days.business_date || ' ' || feeds.due_local as timestamp)
            ),
            null
        ) as due_at,
        {{ day_end('days.business_date') }} as day_end_at,
    from days
    inner join feeds using (partner_id, feed)
),

final as (
    select
        timed.partner_id,
        timed.feed,
        timed.document,
        timed.cadence,
        timed.business_date,
        timed.file_count,
        timed.line_count,
        timed.quarantined_count,
        timed.first_received_at,
        timed.due_at,
        case
            when
                timed.file_count > 0
                and timed.first_received_at
                >= timed.due_at + interval 1 minute then 'LATE'
            when timed.file_count > 0 then 'ON_TIME'
            when {{ as_of() }} <= timed.due_at then 'NOT_DUE'
            else 'MISSING'
        end as feed_status,
        exists(
            select 1 from {{ source('decisions', 'runs') }} as runs
            where
                runs.as_of >= timed.day_end_at
                and runs.as_of < timed.last_received_at
        ) as is_reopened,
    from timed
)

select *
from final
