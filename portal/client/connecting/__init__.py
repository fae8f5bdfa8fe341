"""One server and what it is asked: connection, answers, their shapes and troubles."""
