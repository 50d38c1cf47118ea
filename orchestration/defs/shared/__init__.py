"""What every asset shares: the open house, the job, how progress is logged."""
