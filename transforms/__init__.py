"""Pure decisions: frames, bytes and values in, frames, bytes and values out.

Nothing here opens a file, a socket or a database, reads a clock or draws a
random number. Who does: ``orchestration``.
"""
