"""What runs a product's tests inside a sandbox and reports on them; shown there, imported by no one."""
