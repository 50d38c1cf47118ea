{{ touched_orders() }}
