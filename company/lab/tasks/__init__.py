"""What companies in the lab are asked to make, and how a customer would judge it."""
