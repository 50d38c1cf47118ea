"""How the company comes to be: people, catalogue, network, stock.

Not here: anything that happens after the cut.
"""
