"""Pure functions from a frame and its labels to an Altair chart."""
