"""Documents that the customer gives: texts, tables and PDFs, read into plain text before a run begins."""
