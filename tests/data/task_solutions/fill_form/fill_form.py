def fill_form(form: str, values: dict[str, str]) -> str:
    """The form with its fields filled in."""
    made, begins, form = form.partition("<")
    while begins:
        if form.startswith("<"):
            made, form = made + "<", form[1:]
        else:
            field, ends, form = form.partition(">")
            if not ends:
                raise ValueError(f"a field does not end: {field!r}")
            name, has_rest, rest = field.partition("?")
            made += values.get(name, rest) if has_rest else values[name]
        text, begins, form = form.partition("<")
        made += text
    return made
