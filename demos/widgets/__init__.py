"""Components that no chapter owns: each a small .py beside its .js and .css."""
