"""The shell around ``transforms``: Dagster, paths, clocks, files and partners.

The only package that knows any of them; decisions are one folder over.
"""

from orchestration.kernels import keep_apart

keep_apart()
