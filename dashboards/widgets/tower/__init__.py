"""The sections of the control tower; each draws one frame and asks nothing."""
