"""The sections of the orders page; each draws one frame and asks nothing."""
