"""How it is said: requests and replies, endpoints and calls, pages, tokens, retries.  No I/O."""
