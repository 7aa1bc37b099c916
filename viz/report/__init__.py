"""What is read on paper: charts, the report page, and the Excel workbook."""
