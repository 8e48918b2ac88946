"""Who works through a plan: this process, or a cluster."""
