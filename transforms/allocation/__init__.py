"""Who gets scarce eaches, where they ship from, and why.

Eligibility, demand order, confirmation (WHO), placement (WHERE), dates, cost,
explanation and certificate. Not here: how much there is (``availability``),
what has been sent (``instructions``), how a decision is stored.
"""
