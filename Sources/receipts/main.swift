import ReceiptsCLI

Receipts.start()
