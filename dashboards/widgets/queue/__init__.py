"""The sections of the exceptions page; each draws one frame and asks nothing."""
