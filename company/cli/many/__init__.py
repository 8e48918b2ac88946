"""Many runs at once, as the command line begins, shows and hands them over."""
