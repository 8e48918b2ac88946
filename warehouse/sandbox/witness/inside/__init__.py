"""What runs inside the sandbox, beside the product, in the interpreter that the sandbox has."""
