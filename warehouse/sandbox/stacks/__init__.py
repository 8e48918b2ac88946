"""Languages: one card each, `<language>.yaml`, beside it `<language>.py` where data do not suffice."""
