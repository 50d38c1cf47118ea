"""The sections of the partners page; each draws one frame and asks nothing."""
