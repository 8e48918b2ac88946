from ledger.__main__ import main


def test_balances_are_printed(tmp_path, capsys):
    journal = tmp_path / "march.ledger"
    journal.write_text("2025-03-01 Tea\n  food 3.00\n  cash -3.00\n")
    assert main([str(journal)]) == 0
    assert capsys.readouterr().out == "cash  -3.00\nfood   3.00\n"


def test_a_journal_that_cannot_be_read_is_an_error(tmp_path, capsys):
    assert main([str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("ledger: ")


def test_without_a_journal_it_says_how_it_is_started(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
